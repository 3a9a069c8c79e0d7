import type { LoggedModelId, RunId } from './ids.ts';
import { assertArguments } from './plain-input.ts';

/** One point of a metric. NaN and the infinities are values like any other. */
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970, never negative. */
  readonly timestampMs: number;
  /** Whole number; may be negative, as in MLflow. */
  readonly step: number;
  /** The dataset and the logged model that the value is about, if they were given. */
  readonly datasetName?: string;
  readonly datasetDigest?: string;
  readonly modelId?: LoggedModelId;
}

/** A point about a logged model, and the run that it was logged to. */
export interface LoggedModelPoint extends MetricPoint {
  readonly runId: RunId;
}

/**
 * Orders points as MLflow picks the latest: by step, then timestamp, then value; NaN below every number. The order is
 * total, so that a fold gives the same state in whatever order it reads the points.
 */
export function compareMetricPoints(a: MetricPoint, b: MetricPoint): number {
  assertArguments({ a, b }, 'compareMetricPoints', { a: 'object', b: 'object' });
  return comparePoints(a, b);
}

/** `compareMetricPoints` without checks of its arguments, because a fold compares millions of points. */
export function comparePoints(a: MetricPoint, b: MetricPoint): number {
  return (
    a.step - b.step ||
    a.timestampMs - b.timestampMs ||
    compareNumbers(a.value, b.value) ||
    compareText(a.datasetName, b.datasetName) ||
    compareText(a.datasetDigest, b.datasetDigest) ||
    compareText(a.modelId, b.modelId)
  );
}

/** Compares values: NaN is below every number, and -0 is below 0. */
export function compareNumbers(a: number, b: number): number {
  // -0 is below 0: two values that print differently must not tie.
  if (a === b) return Object.is(a, b) ? 0 : Object.is(a, -0) ? -1 : 1;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a < b ? -1 : 1;
}

function compareText(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  return b === undefined || a > b ? 1 : -1;
}

/** Whether a value is the lowest so far: NaN only when there is nothing else, and of equal values the first. */
export function isLower(value: number, lowest: number): boolean {
  return value < lowest || (Number.isNaN(lowest) && !Number.isNaN(value));
}

/** Whether a value is the highest so far, by the same rules. */
export function isHigher(value: number, highest: number): boolean {
  return value > highest || (Number.isNaN(highest) && !Number.isNaN(value));
}
