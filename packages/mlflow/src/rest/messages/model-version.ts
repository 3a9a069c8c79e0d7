import {
  type Actor,
  type ModelVersion,
  parseLoggedModelId,
  parseRunId,
  type RegistryComment,
  type RunStateDigest,
  type TransitionRequest,
} from '@tidemark/core';
import { z } from 'zod';
import { KeyValueMessage } from './key-value.ts';
import { type Page, pageOf } from './page.ts';
import {
  fromTagMessages,
  fromTidemarkTagMessage,
  TidemarkTagMessage,
  toTidemarkTagMessage,
  unauthenticated,
} from './registry-tag.ts';
import { ActorFields, RegistryCommentFields, TransitionRequestFields } from './review-fields.ts';
import {
  enumeration,
  int64,
  list,
  listToWire,
  optional,
  requiredText,
  text,
  versionText,
} from './wire-fields.ts';

const StatusField: z.ZodType<ModelVersion['status'] | undefined> = enumeration(
  ['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY'],
  1,
);

/** A version of a registered model (MLflow: model_registry.proto, `ModelVersion`), as it is received. */
export interface ModelVersionMessage {
  readonly name: string;
  /** A whole number from 1, as text. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly creation_timestamp?: number | undefined;
  readonly last_updated_timestamp?: number | undefined;
  readonly user_id?: string | undefined;
  /** `None`, `Staging`, `Production` or `Archived`. */
  readonly current_stage?: string | undefined;
  readonly description?: string | undefined;
  readonly source?: string | undefined;
  readonly run_id?: string | undefined;
  readonly status?: ModelVersion['status'] | undefined;
  readonly status_message?: string | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly run_link?: string | undefined;
  /** Absent in searches and in `latest_versions`, as in MLflow. */
  readonly aliases?: readonly string[] | undefined;
  readonly model_id?: string | undefined;
  readonly tidemark?: TidemarkVersionFields | undefined;
}

/** The data of a version for which MLflow's message has no field; see `TidemarkRunFields`. */
export interface TidemarkVersionFields {
  readonly created_by: Actor;
  readonly model_id?: string | undefined;
  readonly storage_location?: string | undefined;
  readonly artifacts_digest?: string | undefined;
  readonly run_state?: RunStateDigest | undefined;
  readonly tags: readonly TidemarkTagMessage[];
  /** In the form of the commits of the registry (docs/store-format.md). Absent from older servers. */
  readonly requests?: readonly TransitionRequest[] | undefined;
  readonly comments?: readonly RegistryComment[] | undefined;
}

/** Schema of ModelVersionMessage. */
export const ModelVersionMessage: z.ZodType<ModelVersionMessage> = z.object({
  name: requiredText,
  version: versionText,
  creation_timestamp: int64,
  last_updated_timestamp: int64,
  user_id: text,
  current_stage: text,
  description: text,
  source: text,
  run_id: text,
  status: StatusField,
  status_message: text,
  tags: list(KeyValueMessage),
  run_link: text,
  aliases: list(z.string()),
  model_id: text,
  tidemark: optional(
    z.object({
      created_by: ActorFields,
      model_id: text,
      storage_location: text,
      artifacts_digest: text,
      run_state: optional(z.object({ sha256: z.string(), through: z.record(z.string(), z.int()) })),
      tags: list(TidemarkTagMessage),
      requests: list(TransitionRequestFields),
      comments: list(RegistryCommentFields),
    }),
  ),
});

/** Response of get, create, update and transition. */
export interface ModelVersionResponse {
  readonly model_version: ModelVersionMessage;
}

/** Schema of ModelVersionResponse. */
export const ModelVersionResponse: z.ZodType<ModelVersionResponse> = z.object({
  model_version: ModelVersionMessage,
});

/** A page of model versions. */
export type SearchModelVersionsResponse = Page<'model_versions', ModelVersionMessage>;

/** Schema of SearchModelVersionsResponse. */
export const SearchModelVersionsResponse: z.ZodType<SearchModelVersionsResponse> = pageOf(
  'model_versions',
  ModelVersionMessage,
);

/** The data that a server adds to the state of a version. */
export interface ModelVersionMessageOptions {
  /** The registered model's name. */
  readonly name: string;
  /** Whether the request asked for Tidemark's own fields. */
  readonly tidemarkFields?: boolean;
}

/** A model version as JSON. It has a `user_id` only if the creator has a name. */
export function toModelVersionMessage(
  version: ModelVersion,
  options: ModelVersionMessageOptions,
): ModelVersionMessage {
  const { name, tidemarkFields = false } = options;
  return {
    name,
    version: String(version.version),
    creation_timestamp: version.creationTimeMs,
    last_updated_timestamp: version.lastUpdateTimeMs,
    ...(version.createdBy.name === '' ? {} : { user_id: version.createdBy.name }),
    current_stage: version.stage,
    description: version.description,
    source: version.source,
    run_id: version.runId ?? '',
    status: version.status,
    ...(version.statusMessage === undefined ? {} : { status_message: version.statusMessage }),
    tags: listToWire(version.tags.map(({ key, value }) => ({ key, value }))),
    run_link: version.runLink ?? '',
    aliases: listToWire(version.aliases),
    ...(tidemarkFields ? { tidemark: toTidemarkFields(version) } : {}),
  };
}

/**
 * The version of a message. MLflow sends neither the author of a tag nor digests, and has no requests and comments.
 * Without Tidemark's own fields, the evidence has no name, and the time of the version's last update.
 * @throws INVALID_ID
 */
export function fromModelVersionMessage(
  message: ModelVersionMessage,
  aliases: readonly string[] = message.aliases ?? [],
): ModelVersion {
  const { tidemark } = message;
  // MLflow's server does not send the model, although the source names it.
  const modelId =
    message.model_id ||
    tidemark?.model_id ||
    /^models:\/(m-[\w-]+)$/.exec(message.source ?? '')?.[1];
  const lastUpdateTimeMs = message.last_updated_timestamp ?? message.creation_timestamp ?? 0;
  return {
    version: Number(message.version),
    creationTimeMs: message.creation_timestamp ?? 0,
    lastUpdateTimeMs,
    createdBy: tidemark?.created_by ?? unauthenticated(message.user_id),
    description: message.description ?? '',
    source: message.source ?? '',
    stage: fromStageName(message.current_stage),
    status: message.status ?? 'READY',
    ...(message.status_message ? { statusMessage: message.status_message } : {}),
    ...(message.run_link ? { runLink: message.run_link } : {}),
    ...(message.run_id ? { runId: parseRunId(message.run_id) } : {}),
    ...(modelId ? { modelId: parseLoggedModelId(modelId) } : {}),
    ...(tidemark?.storage_location ? { storageLocation: tidemark.storage_location } : {}),
    ...(tidemark?.artifacts_digest ? { artifactsDigest: tidemark.artifacts_digest } : {}),
    ...(tidemark?.run_state ? { runState: tidemark.run_state } : {}),
    tags:
      tidemark === undefined
        ? fromTagMessages(message.tags ?? [], lastUpdateTimeMs)
        : tidemark.tags.map(fromTidemarkTagMessage),
    aliases: [...aliases].sort(),
    requests: tidemark?.requests ?? [],
    comments: tidemark?.comments ?? [],
  };
}

/** The stage of a name in any case; `None` for one that MLflow does not know. */
export function fromStageName(name: string | undefined): ModelVersion['stage'] {
  const stages = ['None', 'Staging', 'Production', 'Archived'] as const;
  return stages.find((stage) => stage.toLowerCase() === name?.toLowerCase()) ?? 'None';
}

function toTidemarkFields(version: ModelVersion): TidemarkVersionFields {
  return {
    created_by: version.createdBy,
    ...(version.modelId === undefined ? {} : { model_id: version.modelId }),
    ...(version.storageLocation === undefined ? {} : { storage_location: version.storageLocation }),
    ...(version.artifactsDigest === undefined ? {} : { artifacts_digest: version.artifactsDigest }),
    ...(version.runState === undefined ? {} : { run_state: version.runState }),
    tags: version.tags.map(toTidemarkTagMessage),
    requests: version.requests,
    comments: version.comments,
  };
}
