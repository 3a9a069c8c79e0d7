import { decodeEventLine } from '../../events/event-line.ts';
import { MetricLine } from '../../events/metric-line.ts';
import { isMetricEvent, metricPoints } from '../../fold/metric-points.ts';
import { columnsOf, type RunPoints } from '../../fold/run-points.ts';
import type { RunId } from '../../model/ids.ts';
import { findLines } from '../log/find-lines.ts';
import { isIntactAscii } from '../log/line-check.ts';

/** A range of lines of one log, some of which may have points of a metric of a run. */
export interface PointLines {
  readonly path: string;
  /** The first byte of the range. Lines begin at `from` and end at `to`. */
  readonly from: number;
  readonly to: number;
  /** Whether the check of a line is right. */
  readonly takes: (text: string) => boolean;
}

const line = new MetricLine();

/** Adds the points of a run from a range of lines, by the rules of the fold. */
export function addPoints(
  points: RunPoints,
  { path, from, to, takes }: PointLines,
  runId: RunId,
): void {
  for (const found of findLines(path, from, to, runId)) {
    const { bytes } = found;
    // `takes` decides about a line without a valid check, because its format may have no checks.
    if (bytes !== undefined && line.read(bytes, found.from, found.to)) {
      if (isIntactAscii(bytes, found.from, found.to)) {
        if (line.run === runId) {
          eachRead(line, (key, step, timeMs, value) =>
            columnsOf(points, key).add(step, timeMs, value),
          );
        }
        continue;
      }
    }
    const text = found.text as string;
    if (!takes(text)) continue;
    const decoded = decodeEventLine(text);
    if (decoded.outcome !== 'event' || !isMetricEvent(decoded.event)) continue;
    if (decoded.event.run !== runId) continue;
    for (const point of metricPoints(decoded.event)) columnsOf(points, point.key).addPoint(point);
  }
}

/** Calls `take` with each point of the last line of the reader. */
export function eachRead(
  { isSeries, keys, values, step, steps, timeMs, elapsedMs }: MetricLine,
  take: (key: string, step: number, timeMs: number, value: number) => void,
): void {
  if (!isSeries) {
    for (let place = 0; place < keys.length; place += 1) {
      const key = keys[place] as string;
      // If a key occurs twice, the last value counts, as in JSON.
      if (keys.indexOf(key, place + 1) !== -1) continue;
      take(key, step, timeMs, values[place] as number);
    }
    return;
  }
  const key = keys[0] as string;
  for (let place = 0; place < values.length; place += 1) {
    const elapsed = elapsedMs === undefined ? 0 : (elapsedMs[place] as number);
    take(key, steps[place] as number, timeMs + elapsed, values[place] as number);
  }
}
