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

/** `judgeLine` of a line that was read from a log: one of metrics is not made a text first. */
export function judgeLogLine(header: LogHeader, line: LogLine): DecodedLine {
  return metricsOf(line, hasChecks(header)) ?? judgeLine(header, line.text);
}

/**
 * What a line says that is one of metrics in the writer's own form, which is ASCII; `undefined` for any other line, and
 * for one without the right check where there has to be one.
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

/** Whether a line, without being parsed, is to be the header of a section. */
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
export const ZEROS_AT_END = 'the log ends in zeros, where a machine that lost power had lines';
