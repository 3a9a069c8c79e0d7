import { z } from 'zod';
import type { LoggedModelId, RunId } from '../../model/ids.ts';
import type {
  ModelVersion,
  ModelVersionStatus,
  RunStateDigest,
} from '../../model/registered-model.ts';
import { status, versionFacts } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';
import type { CommitStamp } from '../commit-stamp.ts';

/** A version is created, with the digests that pin the files and the run that it was made from. */
export interface VersionCreated {
  readonly kind: 'version-created';
  readonly version: number;
  readonly source: string;
  readonly description: string;
  /** The same as `ModelVersion.storageLocation`. */
  readonly storageLocation?: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  readonly runLink?: string;
  /** Default READY. */
  readonly status?: ModelVersionStatus;
  readonly statusMessage?: string;
  readonly artifactsDigest?: string;
  readonly runState?: RunStateDigest;
}

export const versionCreated: ModelChangeKind<VersionCreated> = {
  schema: z.object({
    kind: z.literal('version-created'),
    ...versionFacts,
    status: status.exactOptional(),
  }),
  join: (model, change, stamp) => ({
    ...model,
    versions: [...model.versions, newVersion(change, stamp)],
  }),
  describe: ({ version, source }, { stages }) => {
    stages.set(version, 'None');
    return { type: 'CREATED_VERSION', version, subject: source };
  },
};

function newVersion(change: VersionCreated, stamp: CommitStamp): ModelVersion {
  const { kind: _, status = 'READY', ...facts } = change;
  return {
    ...facts,
    status,
    stage: 'None',
    creationTimeMs: stamp.atMs,
    lastUpdateTimeMs: stamp.atMs,
    createdBy: stamp.by,
    tags: [],
    aliases: [],
    requests: [],
    comments: [],
  };
}
