import type { ModelVersion, RegisteredModel } from '@tidemark/core';
import { z } from 'zod';
import { KeyValueMessage } from './key-value.ts';
import {
  fromTagMessages,
  fromTidemarkTagMessage,
  ModelVersionMessage,
  TidemarkTagMessage,
  toTidemarkTagMessage,
} from './model-version.ts';
import {
  int64,
  list,
  listToWire,
  optional,
  requiredText,
  text,
  textOrEmpty,
} from './wire-fields.ts';

/** An alias and the version it stands for. */
export interface AliasMessage {
  readonly alias: string;
  readonly version: string;
}

/** A registered model (MLflow: model_registry.proto, `RegisteredModel`), as it is read. */
export interface RegisteredModelMessage {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly creation_timestamp?: number | undefined;
  readonly last_updated_timestamp?: number | undefined;
  readonly user_id?: string | undefined;
  readonly description?: string | undefined;
  /** The newest version of each stage. */
  readonly latest_versions?: readonly ModelVersionMessage[] | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly aliases?: readonly AliasMessage[] | undefined;
  /** See `TidemarkRunFields`. */
  readonly tidemark?: { readonly tags: readonly TidemarkTagMessage[] } | undefined;
}

/** Reads it. */
export const RegisteredModelMessage: z.ZodType<RegisteredModelMessage> = z.object({
  name: requiredText,
  creation_timestamp: int64,
  last_updated_timestamp: int64,
  user_id: text,
  description: text,
  latest_versions: list(ModelVersionMessage),
  tags: list(KeyValueMessage),
  aliases: list(z.object({ alias: requiredText, version: requiredText })),
  tidemark: optional(z.object({ tags: list(TidemarkTagMessage) })),
});

/** What get, create, rename and update answer. */
export interface RegisteredModelResponse {
  readonly registered_model: RegisteredModelMessage;
}

/** Reads it. */
export const RegisteredModelResponse: z.ZodType<RegisteredModelResponse> = z.object({
  registered_model: RegisteredModelMessage,
});

/** What `registered-models/create` carries. */
export interface CreateRegisteredModelRequest {
  readonly name: string;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly description?: string | undefined;
}

/** Reads it. */
export const CreateRegisteredModelRequest: z.ZodType<CreateRegisteredModelRequest> = z.object({
  name: requiredText,
  tags: list(KeyValueMessage),
  description: text,
});

/** A request that names a registered model and nothing else: get, delete. */
export interface RegisteredModelRequest {
  readonly name: string;
}

/** Reads it. */
export const RegisteredModelRequest: z.ZodType<RegisteredModelRequest> = z.object({
  name: requiredText,
});

/** What `registered-models/rename` carries. */
export interface RenameRegisteredModelRequest extends RegisteredModelRequest {
  readonly new_name: string;
}

/** Reads it. */
export const RenameRegisteredModelRequest: z.ZodType<RenameRegisteredModelRequest> = z.object({
  name: requiredText,
  new_name: requiredText,
});

/** What `registered-models/update` carries. */
export interface UpdateRegisteredModelRequest extends RegisteredModelRequest {
  readonly description?: string | undefined;
}

/** Reads it. */
export const UpdateRegisteredModelRequest: z.ZodType<UpdateRegisteredModelRequest> = z.object({
  name: requiredText,
  description: text,
});

/** What `registered-models/set-tag` carries. */
export interface SetRegisteredModelTagRequest extends RegisteredModelRequest, KeyValueMessage {}

/** Reads it. */
export const SetRegisteredModelTagRequest: z.ZodType<SetRegisteredModelTagRequest> = z.object({
  name: requiredText,
  key: requiredText,
  value: textOrEmpty,
});

/** What `registered-models/delete-tag` carries. */
export interface DeleteRegisteredModelTagRequest extends RegisteredModelRequest {
  readonly key: string;
}

/** Reads it. */
export const DeleteRegisteredModelTagRequest: z.ZodType<DeleteRegisteredModelTagRequest> = z.object(
  { name: requiredText, key: requiredText },
);

/** What `GET` and `DELETE registered-models/alias` take. */
export interface AliasRequest extends RegisteredModelRequest {
  readonly alias: string;
}

/** Reads it. */
export const AliasRequest: z.ZodType<AliasRequest> = z.object({
  name: requiredText,
  alias: requiredText,
});

/** What `POST registered-models/alias` carries. */
export interface SetAliasRequest extends AliasRequest {
  readonly version: string;
}

/** Reads it. */
export const SetAliasRequest: z.ZodType<SetAliasRequest> = z.object({
  name: requiredText,
  alias: requiredText,
  version: z.union([requiredText, z.int().transform(String)]),
});

/** What `registered-models/get-latest-versions` asks for: without stages, all of them. */
export interface GetLatestVersionsRequest extends RegisteredModelRequest {
  readonly stages?: readonly string[] | undefined;
}

/** Reads it. */
export const GetLatestVersionsRequest: z.ZodType<GetLatestVersionsRequest> = z.object({
  name: requiredText,
  stages: list(z.string()),
});

/** A page of registered models. */
export interface SearchRegisteredModelsResponse {
  readonly registered_models: readonly RegisteredModelMessage[];
  readonly next_page_token?: string | undefined;
}

/** Reads it. */
export const SearchRegisteredModelsResponse: z.ZodType<SearchRegisteredModelsResponse> = z.object({
  registered_models: list(RegisteredModelMessage),
  next_page_token: text,
});

/** What a server says of a registered model besides its state. */
export interface RegisteredModelMessageOptions {
  /** The newest version of each stage, as JSON, without aliases. */
  readonly latestVersions: readonly ModelVersionMessage[];
  /** Whether the request asked for Tidemark's own fields. */
  readonly tidemarkFields?: boolean;
}

/** A registered model as JSON; an empty description is left out, as MLflow leaves it. */
export function toRegisteredModelMessage(
  model: RegisteredModel,
  options: RegisteredModelMessageOptions,
): RegisteredModelMessage {
  return {
    name: model.name,
    creation_timestamp: model.creationTimeMs,
    last_updated_timestamp: model.lastUpdateTimeMs,
    ...(model.description === '' ? {} : { description: model.description }),
    latest_versions: listToWire(options.latestVersions),
    tags: listToWire(model.tags.map(({ key, value }) => ({ key, value }))),
    aliases: listToWire(
      model.versions.flatMap(({ version, aliases }) =>
        aliases.map((alias) => ({ alias, version: String(version) })),
      ),
    ),
    ...(options.tidemarkFields === true
      ? { tidemark: { tags: model.tags.map(toTidemarkTagMessage) } }
      : {}),
  };
}

/**
 * The registered model that a message and its versions (read apart, in any order) stand for. Rules have
 * no place in the protocol.
 * @throws INVALID_ID
 */
export function fromRegisteredModelMessage(
  message: RegisteredModelMessage,
  versions: readonly ModelVersion[],
): RegisteredModel {
  const lastUpdateTimeMs = message.last_updated_timestamp ?? message.creation_timestamp ?? 0;
  return {
    name: message.name,
    creationTimeMs: message.creation_timestamp ?? 0,
    lastUpdateTimeMs,
    description: message.description ?? '',
    tags:
      message.tidemark === undefined
        ? fromTagMessages(message.tags ?? [], lastUpdateTimeMs)
        : message.tidemark.tags.map(fromTidemarkTagMessage),
    rules: [],
    versions: [...versions].sort((a, b) => a.version - b.version),
  };
}
