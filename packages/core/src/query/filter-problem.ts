import { TidemarkError } from '../errors.ts';

/** Which text of a search has the mistake, in MLflow's words. */
export type SearchText = 'filter string' | 'order_by';

/** A long line is shown around the mistake only. */
const SHOWN_BEFORE = 48;
const SHOWN_AFTER = 28;

/** The error for a mistake at `position` (in UTF-16 code units), which the message shows. */
export function filterProblem(
  what: SearchText,
  text: string,
  position: number,
  problem: string,
): TidemarkError {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  const lineEnd = text.indexOf('\n', position);
  const from = Math.max(lineStart, position - SHOWN_BEFORE);
  const to = Math.min(lineEnd === -1 ? text.length : lineEnd, position + SHOWN_AFTER);
  const before = `${from > lineStart ? '…' : ''}${text.slice(from, position)}`.replaceAll(
    '\t',
    ' ',
  );
  return new TidemarkError(
    'FILTER_INVALID',
    `${problem}\n  ${before}${text.slice(position, to)}\n  ${' '.repeat([...before].length)}^`,
    { details: { [what === 'order_by' ? 'orderBy' : 'filter']: text, position } },
  );
}
