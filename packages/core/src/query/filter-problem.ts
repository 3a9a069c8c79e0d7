import { TidemarkError } from '../errors.ts';

/** The text of a search that has the mistake, in MLflow's words. */
export type SearchText = 'filter string' | 'order_by';

/** How many characters before the mistake a message shows of a long line. */
const SHOWN_BEFORE = 48;
const SHOWN_AFTER = 28;

/** Returns the error for a mistake at `position` (in UTF-16 code units). The message marks the place. */
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
