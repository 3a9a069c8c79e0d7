import type { ArtifactFile } from './artifact.ts';
import type { DatasetInput } from './dataset.ts';
import type { ExperimentId, LoggedModelId, RunId } from './ids.ts';
import type { LifecycleStage } from './lifecycle.ts';
import type { MetricPoint } from './metric.ts';
import type { PurgedPart } from './purged-part.ts';

/** MLflow's run statuses. */
export const RUN_STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;

/** One of them. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The statuses that an ended run can have. */
export type EndStatus = 'FINISHED' | 'FAILED' | 'KILLED';

/** A model that a run produced, and at which step. */
export interface ModelOutput {
  readonly modelId: LoggedModelId;
  readonly step: number;
}

/** A param that was logged with different values; the first one is kept. */
export interface ParamConflict {
  readonly key: string;
  readonly value: string;
  /** The values that lost, sorted. */
  readonly rejected: readonly string[];
}

/** The folded state of a run. */
export interface Run {
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly status: RunStatus;
  /**
   * Why a run that was not ended is shown as FAILED: its process is gone. Judged when the run is read, never stored,
   * and taken back as soon as a living process writes to the run again.
   */
  readonly lostReason?: string;
  readonly lifecycleStage: LifecycleStage;
  readonly startTimeMs: number;
  /** Absent while the run goes on. */
  readonly endTimeMs?: number;
  readonly userId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly paramConflicts: readonly ParamConflict[];
  readonly tags: Readonly<Record<string, string>>;
  /** The latest point of each metric; the whole history is read with `Store.metricHistory`. */
  readonly metrics: Readonly<Record<string, MetricPoint>>;
  readonly datasets: readonly DatasetInput[];
  readonly modelInputs: readonly LoggedModelId[];
  readonly modelOutputs: readonly ModelOutput[];
  /** What was recorded as it was written, sorted by path. */
  readonly artifacts: readonly ArtifactFile[];
  /** What was purged, sorted; absent if nothing was. */
  readonly purged?: readonly PurgedPart[];
}
