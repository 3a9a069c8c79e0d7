import type { RunId } from './ids.ts';
import type { MetricPoint } from './metric.ts';

/** The dataset and the logged model that a point names. */
export type PointSubject = Pick<MetricPoint, 'datasetName' | 'datasetDigest' | 'modelId'>;

/**
 * Points of one metric of one run in columns of equal length, in the order of a history: by timestamp, step and value.
 * No point is in them twice.
 */
export interface MetricColumns {
  readonly runId: RunId;
  readonly key: string;
  readonly steps: Float64Array;
  /** Milliseconds since 1970. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** By place, with gaps; `undefined` if no point names a dataset or a logged model. */
  readonly subjects: readonly (PointSubject | undefined)[] | undefined;
}
