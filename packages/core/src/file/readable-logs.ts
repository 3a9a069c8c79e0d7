import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEventLine } from '../events/event-line.ts';
import { isMetricEvent, metricPoints } from '../fold/metric-points.ts';
import type { RunId } from '../model/ids.ts';
import type { MetricPoint } from '../model/metric.ts';
import { LAYOUT } from './layout.ts';
import { decodeLogHeader } from './log-header.ts';
import { readLogLines } from './log-lines.ts';
import { logNames, sizeOfFile } from './log-reader.ts';

/** A log that counts, for readers that take lines in bulk. */
export interface ReadableLog {
  /** Absolute when the store's folder was given so. */
  readonly path: string;
  readonly sizeBytes: number;
  /** False when something follows the last newline: a torn or an unfinished line, which does not count. */
  readonly endsWithNewline: boolean;
}

/** Longer than any header that is written, so that one read is enough. */
const HEADER_CHUNK_BYTES = 4096;
const NEWLINE = 10;

/**
 * The logs of a store that have a header, sorted by name: those whose lines the fold takes.
 * @throws STORE_FORMAT_TOO_NEW
 */
export function readableLogs(folder: string): ReadableLog[] {
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
 * Every metric point in one log, by the rules of the fold: damaged lines are passed over, and so is
 * what follows the last newline. Duplicates are not removed. Slow and exact, where a bulk reader is
 * in doubt. @throws STORE_FORMAT_TOO_NEW
 */
export function* readLogMetrics(path: string): Generator<{ runId: RunId; point: MetricPoint }> {
  if (!hasHeader(path)) return;
  for (const { text } of readLogLines(path, 0)) {
    if (text === undefined) continue;
    const decoded = decodeEventLine(text);
    if (decoded.outcome !== 'event' || !isMetricEvent(decoded.event)) continue;
    const runId = decoded.event.run;
    for (const point of metricPoints(decoded.event)) yield { runId, point };
  }
}

function hasHeader(path: string): boolean {
  const lines = readLogLines(path, 0, HEADER_CHUNK_BYTES);
  const first = lines.next();
  lines.return(0);
  return first.done !== true && decodeLogHeader(first.value.text ?? '', path) !== undefined;
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
