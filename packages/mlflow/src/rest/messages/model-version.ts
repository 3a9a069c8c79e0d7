import {
  type Actor,
  type ModelVersion,
  parseLoggedModelId,
  parseRunId,
  type RegistryTag,
  type RunStateDigest,
} from '@tidemark/core';
import { z } from 'zod';
import { KeyValueMessage } from './key-value.ts';
import {
  enumeration,
  flag,
  int64,
  list,
  listToWire,
  optional,
  requiredText,
  text,
  textOrEmpty,
} from './wire-fields.ts';

const StatusField: z.ZodType<ModelVersion['status'] | undefined> = enumeration(
  ['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY'],
  1,
);

/** A version's number, which MLflow writes as text; a client may send it as a number. */
const versionText: z.ZodType<string> = z.union([requiredText, z.int().transform(String)]);

/** A version of a registered model (MLflow: model_registry.proto, `ModelVersion`), as it is read. */
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

/** What Tidemark knows of a version and MLflow's message has no place for; see `TidemarkRunFields`. */
export interface TidemarkVersionFields {
  readonly created_by: Actor;
  readonly model_id?: string | undefined;
  readonly artifacts_digest?: string | undefined;
  readonly run_state?: RunStateDigest | undefined;
  readonly tags: readonly TidemarkTagMessage[];
}

/** A tag of the registry with its evidence. */
export interface TidemarkTagMessage {
  readonly key: string;
  readonly value: string;
  readonly by: Actor;
  /** Milliseconds since 1970. */
  readonly at_ms: number;
  readonly run_id?: string | undefined;
  readonly ci_job?: string | undefined;
  readonly digest?: string | undefined;
}

const actor = z.object({ name: z.string(), authenticated: z.boolean() });

/** Reads a tag with its evidence. */
export const TidemarkTagMessage: z.ZodType<TidemarkTagMessage> = z.object({
  key: requiredText,
  value: textOrEmpty,
  by: actor,
  at_ms: z.int(),
  run_id: text,
  ci_job: text,
  digest: text,
});

/** Reads a model version of an answer. */
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
      created_by: actor,
      model_id: text,
      artifacts_digest: text,
      run_state: optional(z.object({ sha256: z.string(), through: z.record(z.string(), z.int()) })),
      tags: list(TidemarkTagMessage),
    }),
  ),
});

/** What get, create, update and transition answer. */
export interface ModelVersionResponse {
  readonly model_version: ModelVersionMessage;
}

/** Reads it. */
export const ModelVersionResponse: z.ZodType<ModelVersionResponse> = z.object({
  model_version: ModelVersionMessage,
});

/** What `model-versions/create` carries. */
export interface CreateModelVersionRequest {
  readonly name: string;
  readonly source: string;
  readonly run_id?: string | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly run_link?: string | undefined;
  readonly description?: string | undefined;
  readonly model_id?: string | undefined;
}

/** Reads a request of `model-versions/create`. */
export const CreateModelVersionRequest: z.ZodType<CreateModelVersionRequest> = z.object({
  name: requiredText,
  source: requiredText,
  run_id: text,
  tags: list(KeyValueMessage),
  run_link: text,
  description: text,
  model_id: text,
});

/** A request that names a version and nothing else: get, delete, get-download-uri. */
export interface ModelVersionRequest {
  readonly name: string;
  readonly version: string;
}

/** Reads it. */
export const ModelVersionRequest: z.ZodType<ModelVersionRequest> = z.object({
  name: requiredText,
  version: versionText,
});

/** What `model-versions/update` carries. */
export interface UpdateModelVersionRequest extends ModelVersionRequest {
  readonly description?: string | undefined;
}

/** Reads a request of `model-versions/update`. */
export const UpdateModelVersionRequest: z.ZodType<UpdateModelVersionRequest> = z.object({
  name: requiredText,
  version: versionText,
  description: text,
});

/** What `model-versions/transition-stage` carries. */
export interface TransitionModelVersionStageRequest extends ModelVersionRequest {
  readonly stage: string;
  readonly archive_existing_versions: boolean;
  /** Databricks's; recorded with the transition. */
  readonly comment?: string | undefined;
}

/** Reads a request of `model-versions/transition-stage`. */
export const TransitionModelVersionStageRequest: z.ZodType<TransitionModelVersionStageRequest> =
  z.object({
    name: requiredText,
    version: versionText,
    stage: requiredText,
    archive_existing_versions: flag.transform((value) => value ?? false),
    comment: text,
  });

/** What `model-versions/set-tag` carries. */
export interface SetModelVersionTagRequest extends ModelVersionRequest, KeyValueMessage {}

/** Reads a request of `model-versions/set-tag`. */
export const SetModelVersionTagRequest: z.ZodType<SetModelVersionTagRequest> = z.object({
  name: requiredText,
  version: versionText,
  key: requiredText,
  value: textOrEmpty,
});

/** What `model-versions/delete-tag` carries. */
export interface DeleteModelVersionTagRequest extends ModelVersionRequest {
  readonly key: string;
}

/** Reads a request of `model-versions/delete-tag`. */
export const DeleteModelVersionTagRequest: z.ZodType<DeleteModelVersionTagRequest> = z.object({
  name: requiredText,
  version: versionText,
  key: requiredText,
});

/** What `registered-models/search` and `model-versions/search` ask for. */
export interface SearchRegistryRequest {
  readonly filter?: string | undefined;
  readonly max_results?: number | undefined;
  readonly order_by?: readonly string[] | undefined;
  readonly page_token?: string | undefined;
}

/** Reads it. */
export const SearchRegistryRequest: z.ZodType<SearchRegistryRequest> = z.object({
  filter: text,
  max_results: int64,
  order_by: list(z.string()),
  page_token: text,
});

/** A page of model versions. */
export interface SearchModelVersionsResponse {
  readonly model_versions: readonly ModelVersionMessage[];
  readonly next_page_token?: string | undefined;
}

/** Reads an answer of `model-versions/search` or `get-latest-versions`. */
export const SearchModelVersionsResponse: z.ZodType<SearchModelVersionsResponse> = z.object({
  model_versions: list(ModelVersionMessage),
  next_page_token: text,
});

/** What a server says of a version besides its state. */
export interface ModelVersionMessageOptions {
  /** The registered model's name. */
  readonly name: string;
  /** Searches and `latest_versions` leave aliases out, as MLflow does. */
  readonly aliases?: boolean;
  /** Whether the request asked for Tidemark's own fields. */
  readonly tidemarkFields?: boolean;
}

/** A model version as JSON. `user_id` is said only when the creator has a name. */
export function toModelVersionMessage(
  version: ModelVersion,
  options: ModelVersionMessageOptions,
): ModelVersionMessage {
  const { name, aliases = true, tidemarkFields = false } = options;
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
    ...(aliases ? { aliases: listToWire(version.aliases) } : {}),
    ...(tidemarkFields ? { tidemark: toTidemarkFields(version) } : {}),
  };
}

/**
 * The version that a message stands for, without its requests and comments, which are read apart. MLflow says neither who set a tag nor the digests: without
 * Tidemark's own fields the evidence names nobody, at the version's last update.
 * @throws INVALID_ID
 */
export function fromModelVersionMessage(
  message: ModelVersionMessage,
  aliases: readonly string[] = message.aliases ?? [],
): ModelVersion {
  const { tidemark } = message;
  // MLflow's own server does not say the model, though the source names it.
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
    ...(tidemark?.artifacts_digest ? { artifactsDigest: tidemark.artifacts_digest } : {}),
    ...(tidemark?.run_state ? { runState: tidemark.run_state } : {}),
    tags:
      tidemark === undefined
        ? fromTagMessages(message.tags ?? [], lastUpdateTimeMs)
        : tidemark.tags.map(fromTidemarkTagMessage),
    aliases: [...aliases].sort(),
    requests: [],
    comments: [],
  };
}

/** The stage of a name in any case; `None` for one that MLflow does not know. */
export function fromStageName(name: string | undefined): ModelVersion['stage'] {
  const stages = ['None', 'Staging', 'Production', 'Archived'] as const;
  return stages.find((stage) => stage.toLowerCase() === name?.toLowerCase()) ?? 'None';
}

/** Tags without evidence, sorted by key: nobody is named, at `atMs`. */
export function fromTagMessages(messages: readonly KeyValueMessage[], atMs: number): RegistryTag[] {
  return messages
    .map(({ key, value }) => ({ key, value, evidence: { by: unauthenticated(undefined), atMs } }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A tag with its evidence as JSON. */
export function toTidemarkTagMessage(tag: RegistryTag): TidemarkTagMessage {
  const { by, atMs, runId, ciJob, digest } = tag.evidence;
  return {
    key: tag.key,
    value: tag.value,
    by,
    at_ms: atMs,
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(ciJob === undefined ? {} : { ci_job: ciJob }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** @throws INVALID_ID */
export function fromTidemarkTagMessage(message: TidemarkTagMessage): RegistryTag {
  return {
    key: message.key,
    value: message.value,
    evidence: {
      by: message.by,
      atMs: message.at_ms,
      ...(message.run_id === undefined ? {} : { runId: parseRunId(message.run_id) }),
      ...(message.ci_job === undefined ? {} : { ciJob: message.ci_job }),
      ...(message.digest === undefined ? {} : { digest: message.digest }),
    },
  };
}

function unauthenticated(name: string | undefined): Actor {
  return { name: name ?? '', authenticated: false };
}

function toTidemarkFields(version: ModelVersion): TidemarkVersionFields {
  return {
    created_by: version.createdBy,
    ...(version.modelId === undefined ? {} : { model_id: version.modelId }),
    ...(version.artifactsDigest === undefined ? {} : { artifacts_digest: version.artifactsDigest }),
    ...(version.runState === undefined ? {} : { run_state: version.runState }),
    tags: version.tags.map(toTidemarkTagMessage),
  };
}
