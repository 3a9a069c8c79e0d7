import { type DecodedLine, decodeEventLine } from '../../events/event-line.ts';
import { decodeMetricLine } from '../../events/metric-line.ts';
import { isIntact, isIntactAscii } from './line-check.ts';
import { hasChecks, type LogHeader } from './log-header.ts';
import type { LogLine } from './log-lines.ts';

/**
 * Decides what a line after a header is, for every reader of logs: an event, an unknown kind, or damage with its
 * reason. `text` is `undefined` if the line is too long.
 */
export function judgeLine(header: LogHeader, text: string | undefined): DecodedLine {
  if (text === undefined) {
    return { outcome: 'damaged', reason: 'the line is too long for a line of a log' };
  }
  if (hasChecks(header) && !isIntact(text)) {
    return {
      outcome: 'damaged',
      reason: 'the check of the line does not match its bytes: some of them changed',
    };
  }
  const decoded = decodeEventLine(text);
  if (decoded.outcome !== 'damaged') return decoded;
  return { outcome: 'damaged', reason: `the line ${decoded.reason}` };
}

/** `judgeLine` of a line of a log. It parses a line of metrics from its bytes, which is faster. */
export function judgeLogLine(header: LogHeader, line: LogLine): DecodedLine {
  return metricsOf(line, hasChecks(header)) ?? judgeLine(header, line.text);
}

/**
 * Parses a line of metrics in the form that writers use, which is ASCII. Returns `undefined` for every other line, and
 * if the line must have a check and it is wrong.
 */
export function metricsOf(
  { bytes, from, to }: LogLine,
  isChecked: boolean,
): DecodedLine | undefined {
  if (bytes === undefined) return undefined;
  const found = decodeMetricLine(bytes, from, to);
  if (found === undefined || (isChecked && !isIntactAscii(bytes, from, to))) return undefined;
  return { outcome: 'event', stampUs: found.stampUs, event: found.event };
}

/** Whether a line begins like the header of a section. Does not parse the line. */
export function looksLikeHeader(text: string | undefined): boolean {
  return text?.startsWith('{"kind":"log"') === true;
}

/**
 * Returns the reason for a line that should be a header and is not. Without a header, the lines after it are not
 * read.
 */
export function damagedHeader(offset: number): string {
  const what = offset === 0 ? 'the log has no header' : 'a header in the log is damaged';
  return `${what}; it was not read`;
}

/** The reason for zeros after the last line. */
export const ZEROS_AT_END =
  'the log ends in zeros, because its machine lost power before it wrote the lines';
