import type { ArtifactFile } from './artifact.ts';
import type { DatasetInput } from './dataset.ts';
import type { ExperimentId, LoggedModelId, RunId } from './ids.ts';
import type { LifecycleStage } from './lifecycle.ts';
import type { MetricPoint } from './metric.ts';
import type { PurgedPart } from './purged-part.ts';

/** MLflow's run statuses. */
export const RUN_STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;

/** The status of a run: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The statuses that an ended run can have. */
export type EndStatus = 'FINISHED' | 'FAILED' | 'KILLED';

/** A model that a run produced, and at which step. */
export interface ModelOutput {
  readonly modelId: LoggedModelId;
  readonly step: number;
}

/** A param that was logged with different values; the first value is kept. */
export interface ParamConflict {
  readonly key: string;
  readonly value: string;
  /** The other values, sorted. */
  readonly rejected: readonly string[];
}

/** A run: the state that the fold computes from its events. Times are milliseconds since 1970. */
export interface Run {
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly status: RunStatus;
  /**
   * Set for a lost run: why it is shown as FAILED although no process ended it. It is computed when the run is read,
   * never stored, and disappears when a living process writes to the run again.
   */
  readonly lostReason?: string;
  readonly lifecycleStage: LifecycleStage;
  readonly startTimeMs: number;
  /** Absent while the run is active. */
  readonly endTimeMs?: number;
  readonly userId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly paramConflicts: readonly ParamConflict[];
  readonly tags: Readonly<Record<string, string>>;
  /** The latest point of each metric; `Store.metricHistory` reads all points. */
  readonly metrics: Readonly<Record<string, MetricPoint>>;
  readonly datasets: readonly DatasetInput[];
  readonly modelInputs: readonly LoggedModelId[];
  readonly modelOutputs: readonly ModelOutput[];
  /** The recorded files, sorted by path. */
  readonly artifacts: readonly ArtifactFile[];
  /** The purged parts, sorted; absent if there are none. */
  readonly purged?: readonly PurgedPart[];
}
