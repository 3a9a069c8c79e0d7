import { closeSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StoreEvent } from '../../events/store-event.ts';
import { isMetricEvent, metricPoints } from '../../fold/metric-points.ts';
import type { RunId } from '../../model/ids.ts';
import type { MetricPoint } from '../../model/metric.ts';
import { assertArguments } from '../../model/plain-input.ts';
import { LAYOUT } from '../layout.ts';
import type { StoreDamage } from '../store-damage.ts';
import { damagedHeader, judgeLine, looksLikeHeader, ZEROS_AT_END } from './judge-line.ts';
import { isIntact } from './line-check.ts';
import { decodeLogHeader, hasChecks, type LogHeader } from './log-header.ts';
import { hasZerosAt, readFirstLine, readLogLines } from './log-lines.ts';
import { logNames, sizeOfFile } from './log-reader.ts';
import { isSeal, missingLines } from './log-seal.ts';

/** A log with a header, for readers that read lines in bulk. */
export interface ReadableLog {
  /** The path, which is absolute if the path of the store is. */
  readonly path: string;
  readonly sizeBytes: number;
  /** False if a torn or unfinished line follows the last newline. Ignore that line. */
  readonly endsWithNewline: boolean;
}

const NEWLINE = 10;

/**
 * Returns the logs of a store that have a header, sorted by name: those whose lines the fold reads.
 * @throws STORE_FORMAT_TOO_NEW
 */
export function readableLogs(folder: string): ReadableLog[] {
  assertArguments({ folder }, 'readableLogs', { folder: 'string' });
  const logs: ReadableLog[] = [];
  for (const name of logNames(folder)) {
    const path = join(folder, LAYOUT.logs, name);
    const sizeBytes = sizeOfFile(path);
    if (sizeBytes === undefined || sizeBytes === 0 || !hasHeader(path)) continue;
    logs.push({ path, sizeBytes, endsWithNewline: byteAt(path, sizeBytes - 1) === NEWLINE });
  }
  return logs;
}

/**
 * Yields every metric point in one log, by the rules of the fold: it skips damaged lines and bytes after the last newline.
 * It does not remove duplicates. Slow and exact, for logs that a bulk reader cannot judge. @throws STORE_FORMAT_TOO_NEW
 */
export function* readLogMetrics(path: string): Generator<{ runId: RunId; point: MetricPoint }> {
  assertArguments({ path }, 'readLogMetrics', { path: 'string' });
  for (const { event } of judgedLines(path)) {
    if (event === undefined || !isMetricEvent(event)) continue;
    for (const point of metricPoints(event)) yield { runId: event.run, point };
  }
}

/**
 * Whether every line of a log has the right check, no line is too long, and no line is missing before a closing line.
 * Fast, because it parses no line; for bulk readers, which cannot check this. If a log is not intact, `logDamage` returns
 * the reasons and `readLogMetrics` the valid points. @throws STORE_FORMAT_TOO_NEW
 */
export function isLogIntact(path: string): boolean {
  assertArguments({ path }, 'isLogIntact', { path: 'string' });
  let header: LogHeader | undefined;
  let count = 0;
  let last = 0;
  for (const { text, offset, end } of readLogLines(path, 0)) {
    last = end;
    if (offset === 0 || looksLikeHeader(text)) {
      header = decodeLogHeader(text ?? '', path);
      count = 0;
    }
    if (header === undefined || text === undefined) return false;
    if (hasChecks(header) && !isIntact(text)) return false;
    if (isSeal(text) && missingLines(header, text, count) !== undefined) return false;
    count += 1;
  }
  return !hasZerosAt(path, last);
}

/**
 * Returns the damage of a log, including missing lines, as reading the store reports it.
 * @throws STORE_FORMAT_TOO_NEW
 */
export function logDamage(path: string): StoreDamage[] {
  assertArguments({ path }, 'logDamage', { path: 'string' });
  const file = `${LAYOUT.logs}/${basename(path)}`;
  const found: StoreDamage[] = [];
  let end = 0;
  for (const line of judgedLines(path)) {
    end = line.end;
    if (line.damage !== undefined) found.push({ file, offset: line.offset, reason: line.damage });
  }
  if (hasZerosAt(path, end)) found.push({ file, offset: end, reason: ZEROS_AT_END });
  return found;
}

/** One line of a log, with its event or its damage, if it has either. */
interface JudgedLine {
  readonly offset: number;
  readonly end: number;
  readonly event?: StoreEvent;
  readonly damage?: string;
}

/** Yields the lines of a log after its first header. */
function* judgedLines(path: string): Generator<JudgedLine> {
  let header: LogHeader | undefined;
  let count = 0;
  for (const { text, offset, end } of readLogLines(path, 0)) {
    if (offset === 0 || looksLikeHeader(text)) {
      header = decodeLogHeader(text ?? '', path);
      count = 1;
      if (header === undefined) yield { offset, end, damage: damagedHeader(offset) };
    } else if (header !== undefined) {
      const judged = judgeLine(header, text);
      if (judged.outcome === 'event') yield { offset, end, event: judged.event };
      else if (judged.outcome === 'damaged') yield { offset, end, damage: judged.reason };
      else if (judged.kind === 'sealed') {
        const damage = missingLines(header, text as string, count);
        yield damage === undefined ? { offset, end } : { offset, end, damage };
      } else yield { offset, end };
      count += 1;
    }
  }
}

function hasHeader(path: string): boolean {
  return decodeLogHeader(readFirstLine(path) ?? '', path) !== undefined;
}

function byteAt(path: string, offset: number): number | undefined {
  const fd = openSync(path, 'r');
  try {
    const byte = Buffer.alloc(1);
    return readSync(fd, byte, 0, 1, offset) === 1 ? byte[0] : undefined;
  } finally {
    closeSync(fd);
  }
}
