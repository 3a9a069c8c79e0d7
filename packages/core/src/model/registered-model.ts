import type { LoggedModelId, RunId } from './ids.ts';

/** Who acted. In a file store an identity is a claim; a server that authenticates says so. */
export interface Actor {
  readonly name: string;
  readonly authenticated: boolean;
}

/** Who set a tag, when, on what ground and for which bytes. */
export interface TagEvidence {
  readonly by: Actor;
  readonly atMs: number;
  /** The run or the CI job that produced the verdict. */
  readonly runId?: RunId;
  readonly ciJob?: string;
  /** The artifacts digest of the version that the tag speaks of. */
  readonly digest?: string;
}

/** A tag of a registered model or of one version, with its evidence. */
export interface RegistryTag {
  readonly key: string;
  readonly value: string;
  readonly evidence: TagEvidence;
}

/** The digest of a run's folded state, and which events were folded. */
export interface RunStateDigest {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  /**
   * For each writer the stamp of its last event that was folded, in microseconds. A writer's stamps only
   * grow, so this names the events exactly, whatever other writers add later with whatever clock.
   */
  readonly through: Readonly<Record<string, number>>;
}

/** One version of a registered model. */
export interface ModelVersion {
  readonly version: number;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly createdBy: Actor;
  readonly description: string;
  /** Where the model's files are: `models:/m-…`, or a URI outside the store. */
  readonly source: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  /** `sha256:` and the digest of the sorted manifest of the model's files. */
  readonly artifactsDigest?: string;
  readonly runState?: RunStateDigest;
  readonly tags: readonly RegistryTag[];
  /** Sorted. */
  readonly aliases: readonly string[];
}

/** A registered model with all its versions, oldest first. */
export interface RegisteredModel {
  readonly name: string;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly description: string;
  readonly tags: readonly RegistryTag[];
  readonly versions: readonly ModelVersion[];
}
