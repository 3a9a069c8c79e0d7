import { type DecodedLine, decodeEventLine } from '../../events/event-line.ts';
import { isIntact } from './line-check.ts';
import { hasChecks, type LogHeader } from './log-header.ts';

/**
 * What a line behind a header turned out to be, for everything that reads logs: an event, a kind that is not
 * known, or damage with its reason. A text is `undefined` where the line is too long to be taken.
 */
export function judgeLine(header: LogHeader, text: string | undefined): DecodedLine {
  if (text === undefined) {
    return { outcome: 'damaged', reason: 'the line is too long to be one' };
  }
  if (hasChecks(header) && !isIntact(text)) {
    return {
      outcome: 'damaged',
      reason: 'the line does not have the check that its bytes need: some of them changed',
    };
  }
  const decoded = decodeEventLine(text);
  if (decoded.outcome !== 'damaged') return decoded;
  return { outcome: 'damaged', reason: `the line ${decoded.reason}` };
}

/** Whether a line, without being parsed, is to be the header of a section. */
export function looksLikeHeader(text: string | undefined): boolean {
  return text?.startsWith('{"kind":"log"') === true;
}

/** What is said of a line that should be a header and is not; without one nothing behind it is read. */
export function damagedHeader(offset: number): string {
  const what = offset === 0 ? 'the log has no header' : 'a header in the log is damaged';
  return `${what}; it was not read`;
}

/** What is said of zeros behind the last line. */
export const ZEROS_AT_END = 'the log ends in zeros, where a machine that lost power had lines';
