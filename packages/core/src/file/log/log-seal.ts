import { withCheck } from './line-check.ts';
import type { LogHeader } from './log-header.ts';

const NEWLINE = 10;

/**
 * Encodes the closing line of a log, with its newline. `lines` is the number of lines of the section before it, with the
 * header.
 */
export function encodeLogSeal(stampUs: number, lines: number): Uint8Array {
  return Buffer.from(`${withCheck(JSON.stringify({ at: stampUs, kind: 'sealed', lines }))}\n`);
}

/** The longest closing line. */
const LONGEST_SEAL = 128;

/** Whether a line begins like a closing line. Does not parse the line. */
export function isSeal(text: string): boolean {
  return text.length <= LONGEST_SEAL && /^\{"at":\d+,"kind":"sealed"/.test(text);
}

/**
 * Returns why the number of lines before a closing line is wrong; `undefined` if it is right or unknown. Nothing else
 * reveals a line that is missing as a whole.
 */
export function missingLines(
  header: LogHeader,
  text: string,
  found: number | undefined,
): string | undefined {
  if (found === undefined) return undefined;
  const missing = missingCount(header, text, found);
  if (missing === 0) return undefined;
  return missing > 0
    ? `lines before the closing line of the log are missing: ${missing}`
    : `the closed log has more lines than its writer wrote: ${-missing}`;
}

/**
 * Returns how many lines are missing according to the closing line, the header included; 0 if the closing line has no
 * count.
 */
export function missingCount(header: LogHeader, text: string, found: number): number {
  const { lines } = JSON.parse(text) as { lines?: unknown };
  return typeof lines === 'number' ? lines - (header.without ?? 0) - found : 0;
}

/** Returns the number of whole lines in some bytes. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
