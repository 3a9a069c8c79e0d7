import type { ExperimentId, LoggedModelId, RunId } from './ids.ts';

/**
 * A recorded file: its path below its owner's artifact folder, with `/` between folders. With `uri` or `sameAs` it is
 * a reference: the content is at that place, and the owner's folder has no file for it.
 */
export interface ArtifactFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** The URI of the content outside the store, as the caller gave it. */
  readonly uri?: string;
  /** The artifact of this store that has the content. */
  readonly sameAs?: ArtifactAddress;
}

/** An artifact by the id of its owner, as events name it. */
export interface ArtifactAddress {
  readonly owner: { readonly run: RunId } | { readonly model: LoggedModelId };
  readonly path: string;
}

/** The run or the logged model that has the artifacts. */
export type ArtifactOwner =
  | { readonly kind: 'run'; readonly experimentId: ExperimentId; readonly runId: RunId }
  | {
      readonly kind: 'model';
      readonly experimentId: ExperimentId;
      readonly modelId: LoggedModelId;
    };

/**
 * One row of a folder listing. `sizeBytes` is absent for folders; `uri` is present for references to another place.
 */
export interface ArtifactEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly sizeBytes?: number;
  readonly uri?: string;
}
