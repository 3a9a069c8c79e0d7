import type {
  ExperimentId,
  LifecycleStage,
  LoggedModelId,
  ModelStage,
  ModelVersionStatus,
  RunId,
  StoreEvent,
} from '@tidemark/core';

/** Something in an MLflow file store that is not imported unchanged. */
export interface MlrunsProblem {
  /** `left-out`: nothing at this place was imported. `note`: it was imported, with this difference. */
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

/** A file to copy. */
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

/** A run that was read completely: its events, without those of its artifacts. */
export interface PlannedRun {
  readonly place: string;
  readonly experimentId: ExperimentId;
  readonly runId: RunId;
  /** They start with the creation of the run; no reader sees the run before that. */
  readonly facts: readonly StoreEvent[];
  readonly metricPointCount: number;
  /** The location of its artifacts, as MLflow recorded it; empty if it did not. */
  readonly location: string;
  /** Reads the points again, because the histories of all runs do not fit into memory together. */
  readonly readMetrics: () => Promise<PlannedMetrics>;
  readonly artifacts: readonly PlannedArtifact[];
}

/** A logged model that was read completely. */
export interface PlannedLoggedModel {
  readonly place: string;
  readonly experimentId: ExperimentId;
  readonly modelId: LoggedModelId;
  /** The location of its artifacts, as MLflow recorded it; empty if it did not. */
  readonly location: string;
  readonly facts: readonly StoreEvent[];
  readonly artifacts: readonly PlannedArtifact[];
}

/** A version of a registered model as read. */
export interface PlannedVersion {
  readonly version: number;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  /** Empty when MLflow did not record an author. */
  readonly userName: string;
  readonly description: string;
  readonly stage: ModelStage;
  readonly status: ModelVersionStatus;
  readonly statusMessage?: string;
  readonly source: string;
  /** For a copy whose files are not in the folder: the place that MLflow recorded. */
  readonly storageLocation?: string;
  readonly runId?: RunId;
  readonly runLink?: string;
  readonly modelId?: LoggedModelId;
  readonly tags: Texts;
  readonly aliases: readonly string[];
}

/** A deleted version. MLflow keeps its number, so that it is never used again. */
export interface PlannedTombstone {
  readonly version: number;
  /** The time of the last change, which is the deletion. */
  readonly deletedTimeMs: number;
}

/** A registered model that was read completely, with its versions in the order of their numbers. */
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

/** Everything in an MLflow file store that Tidemark can import, and the problems with the rest. */
export interface MlrunsPlan {
  readonly experiments: readonly PlannedExperiment[];
  readonly runs: readonly PlannedRun[];
  readonly loggedModels: readonly PlannedLoggedModel[];
  readonly registeredModels: readonly PlannedRegisteredModel[];
  readonly problems: readonly MlrunsProblem[];
}
