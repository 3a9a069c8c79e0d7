import type {
  ExperimentId,
  LifecycleStage,
  LoggedModelId,
  ModelStage,
  ModelVersionStatus,
  RunId,
  StoreEvent,
} from '@tidemark/core';

/** Something in an MLflow file store that does not come over as it is there. */
export interface MlrunsProblem {
  /** `left-out`: the whole thing at this place was not brought in. `note`: it was, with this difference. */
  readonly severity: 'left-out' | 'note';
  /** Path below the folder of the MLflow file store. */
  readonly place: string;
  readonly message: string;
}

type Texts = Readonly<Record<string, string>>;

/** An experiment as read. Times are in milliseconds since 1970; 0 where MLflow recorded none. */
export interface PlannedExperiment {
  readonly place: string;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly stage: LifecycleStage;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly tags: Texts;
}

/** A file to be copied. */
export interface PlannedArtifact {
  /** Below the artifact folder of its owner. */
  readonly path: string;
  /** Below the folder of the MLflow file store. */
  readonly source: string;
  readonly sizeBytes: number;
}

/** The metrics of a run as events. */
export interface PlannedMetrics {
  readonly events: readonly StoreEvent[];
  readonly pointCount: number;
}

/** A run as read whole: the events that make it up, without those of its artifacts. */
export interface PlannedRun {
  readonly place: string;
  readonly experimentId: ExperimentId;
  readonly runId: RunId;
  /** Begin with the run's creation, before which no reader sees it. */
  readonly facts: readonly StoreEvent[];
  readonly metricPointCount: number;
  /** Reads the points once more: the histories of all runs would not fit into memory together. */
  readonly readMetrics: () => Promise<PlannedMetrics>;
  readonly artifacts: readonly PlannedArtifact[];
}

/** A logged model as read whole. */
export interface PlannedLoggedModel {
  readonly place: string;
  readonly experimentId: ExperimentId;
  readonly modelId: LoggedModelId;
  readonly facts: readonly StoreEvent[];
  readonly artifacts: readonly PlannedArtifact[];
}

/** A version of a registered model as read. */
export interface PlannedVersion {
  readonly version: number;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  /** Empty when MLflow did not record who made it. */
  readonly userName: string;
  readonly description: string;
  readonly stage: ModelStage;
  readonly status: ModelVersionStatus;
  readonly statusMessage?: string;
  readonly source: string;
  readonly runId?: RunId;
  readonly runLink?: string;
  readonly modelId?: LoggedModelId;
  /** Where the files are when they are a run's artifacts. */
  readonly runArtifacts?: { readonly runId: RunId; readonly path: string };
  readonly tags: Texts;
  readonly aliases: readonly string[];
}

/** A version that was deleted: MLflow keeps its number, so that it is never given again. */
export interface PlannedTombstone {
  readonly version: number;
  /** When the version was last changed, which is when it was deleted. */
  readonly deletedTimeMs: number;
}

/** A registered model as read whole, its versions in the order of their numbers. */
export interface PlannedRegisteredModel {
  readonly place: string;
  readonly name: string;
  readonly description: string;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly tags: Texts;
  readonly versions: readonly PlannedVersion[];
  /** In the order of their numbers. */
  readonly deletedVersions: readonly PlannedTombstone[];
}

/** All that an MLflow file store holds and Tidemark can take, and what it cannot. */
export interface MlrunsPlan {
  readonly experiments: readonly PlannedExperiment[];
  readonly runs: readonly PlannedRun[];
  readonly loggedModels: readonly PlannedLoggedModel[];
  readonly registeredModels: readonly PlannedRegisteredModel[];
  readonly problems: readonly MlrunsProblem[];
}
