import type { ArtifactFile } from './artifact.ts';
import type { ExperimentId, LoggedModelId, RunId } from './ids.ts';
import type { LifecycleStage } from './lifecycle.ts';
import type { PurgedPart } from './purged-part.ts';

/** MLflow's statuses of a logged model (without their prefix). */
export type LoggedModelStatus = 'PENDING' | 'READY' | 'UPLOAD_FAILED';

/** A model that a run logged. It need not be registered. */
export interface LoggedModel {
  readonly modelId: LoggedModelId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  /** The kind of model, such as `tfjs`; free text in MLflow. */
  readonly modelType?: string;
  readonly sourceRunId?: RunId;
  readonly status: LoggedModelStatus;
  readonly lifecycleStage: LifecycleStage;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly artifacts: readonly ArtifactFile[];
  /** The purged parts, sorted; absent if there are none. */
  readonly purged?: readonly PurgedPart[];
}
