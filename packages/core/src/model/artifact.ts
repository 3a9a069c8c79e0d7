import type { ExperimentId, LoggedModelId, RunId } from './ids.ts';

/** A stored file: its path below its owner's artifact folder, with `/` between folders. */
export interface ArtifactFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Whose artifacts: a run's or a logged model's. */
export type ArtifactOwner =
  | { readonly kind: 'run'; readonly experimentId: ExperimentId; readonly runId: RunId }
  | {
      readonly kind: 'model';
      readonly experimentId: ExperimentId;
      readonly modelId: LoggedModelId;
    };

/** One row of a folder listing. `sizeBytes` is absent for folders. */
export interface ArtifactEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly sizeBytes?: number;
}
