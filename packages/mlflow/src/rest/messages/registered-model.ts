import { type ModelVersion, parseTransitionRules, type RegisteredModel } from '@tidemark/core';
import { z } from 'zod';
import { KeyValueMessage } from './key-value.ts';
import { ModelVersionMessage } from './model-version.ts';
import { type Page, pageOf, type SearchRequest, searchRequest } from './page.ts';
import {
  fromTagMessages,
  fromTidemarkTagMessage,
  TidemarkTagMessage,
  toTidemarkTagMessage,
} from './registry-tag.ts';
import { EvidenceMessage } from './review-fields.ts';
import {
  int64,
  list,
  listToWire,
  optional,
  requiredText,
  text,
  textOrEmpty,
  versionText,
} from './wire-fields.ts';

/** An alias and its version. */
export interface AliasMessage {
  readonly alias: string;
  readonly version: string;
}

/** A registered model (MLflow: model_registry.proto, `RegisteredModel`), as it is received. */
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
  readonly tidemark?:
    | {
        readonly tags: readonly TidemarkTagMessage[];
        /** In the form of `tidemark models rules --json`. Absent from older servers. */
        readonly rules?: readonly unknown[] | undefined;
      }
    | undefined;
}

/** Schema of RegisteredModelMessage. */
export const RegisteredModelMessage: z.ZodType<RegisteredModelMessage> = z.object({
  name: requiredText,
  creation_timestamp: int64,
  last_updated_timestamp: int64,
  user_id: text,
  description: text,
  latest_versions: list(ModelVersionMessage),
  tags: list(KeyValueMessage),
  aliases: list(z.object({ alias: requiredText, version: requiredText })),
  tidemark: optional(z.object({ tags: list(TidemarkTagMessage), rules: list(z.unknown()) })),
});

/** Response of get, create, rename and update. */
export interface RegisteredModelResponse {
  readonly registered_model: RegisteredModelMessage;
}

/** Schema of RegisteredModelResponse. */
export const RegisteredModelResponse: z.ZodType<RegisteredModelResponse> = z.object({
  registered_model: RegisteredModelMessage,
});

/** Request of `registered-models/create`. */
export interface CreateRegisteredModelRequest {
  readonly name: string;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly description?: string | undefined;
}

/** Schema of CreateRegisteredModelRequest. */
export const CreateRegisteredModelRequest: z.ZodType<CreateRegisteredModelRequest> = z.object({
  name: requiredText,
  tags: list(KeyValueMessage),
  description: text,
});

/** A request with only the name of a registered model: get, delete. */
export interface RegisteredModelRequest {
  readonly name: string;
}

/** Schema of RegisteredModelRequest. */
export const RegisteredModelRequest: z.ZodType<RegisteredModelRequest> = z.object({
  name: requiredText,
});

/** Request of `registered-models/rename`. */
export interface RenameRegisteredModelRequest extends RegisteredModelRequest {
  readonly new_name: string;
}

/** Schema of RenameRegisteredModelRequest. */
export const RenameRegisteredModelRequest: z.ZodType<RenameRegisteredModelRequest> = z.object({
  name: requiredText,
  new_name: requiredText,
});

/** Request of `registered-models/update`. */
export interface UpdateRegisteredModelRequest extends RegisteredModelRequest {
  readonly description?: string | undefined;
}

/** Schema of UpdateRegisteredModelRequest. */
export const UpdateRegisteredModelRequest: z.ZodType<UpdateRegisteredModelRequest> = z.object({
  name: requiredText,
  description: text,
});

/** Request of `registered-models/set-tag`. */
export interface SetRegisteredModelTagRequest extends RegisteredModelRequest, KeyValueMessage {
  readonly tidemark?: EvidenceMessage | undefined;
}

/** Schema of SetRegisteredModelTagRequest. */
export const SetRegisteredModelTagRequest: z.ZodType<SetRegisteredModelTagRequest> = z.object({
  name: requiredText,
  key: requiredText,
  value: textOrEmpty,
  tidemark: optional(EvidenceMessage),
});

/** Request of `registered-models/delete-tag`. */
export interface DeleteRegisteredModelTagRequest extends RegisteredModelRequest {
  readonly key: string;
}

/** Schema of DeleteRegisteredModelTagRequest. */
export const DeleteRegisteredModelTagRequest: z.ZodType<DeleteRegisteredModelTagRequest> = z.object(
  { name: requiredText, key: requiredText },
);

/** Request of `GET` and `DELETE registered-models/alias`. */
export interface AliasRequest extends RegisteredModelRequest {
  readonly alias: string;
}

/** Schema of AliasRequest. */
export const AliasRequest: z.ZodType<AliasRequest> = z.object({
  name: requiredText,
  alias: requiredText,
});

/** Request of `POST registered-models/alias`. */
export interface SetAliasRequest extends AliasRequest {
  readonly version: string;
}

/** Schema of SetAliasRequest. */
export const SetAliasRequest: z.ZodType<SetAliasRequest> = z.object({
  name: requiredText,
  alias: requiredText,
  version: versionText,
});

/** Request of `registered-models/get-latest-versions`: without stages, all of them. */
export interface GetLatestVersionsRequest extends RegisteredModelRequest {
  readonly stages?: readonly string[] | undefined;
}

/** Schema of GetLatestVersionsRequest. */
export const GetLatestVersionsRequest: z.ZodType<GetLatestVersionsRequest> = z.object({
  name: requiredText,
  stages: list(z.string()),
});

/** Request of `registered-models/search` and `model-versions/search`. */
export type SearchRegistryRequest = SearchRequest;

/** Schema of SearchRegistryRequest. */
export const SearchRegistryRequest: z.ZodType<SearchRegistryRequest> = z.object(searchRequest);

/** A page of registered models. */
export type SearchRegisteredModelsResponse = Page<'registered_models', RegisteredModelMessage>;

/** Schema of SearchRegisteredModelsResponse. */
export const SearchRegisteredModelsResponse: z.ZodType<SearchRegisteredModelsResponse> = pageOf(
  'registered_models',
  RegisteredModelMessage,
);

/** The data that a server adds to the state of a registered model. */
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
      ? { tidemark: { tags: model.tags.map(toTidemarkTagMessage), rules: model.rules } }
      : {}),
  };
}

/**
 * The registered model of a message and of its versions (read separately, in any order). MLflow has no field for
 * rules: they are among Tidemark's own fields.
 * @throws INVALID_ID; INVALID_ARGUMENT for rules that only a newer version of Tidemark supports
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
    rules: parseTransitionRules(message.tidemark?.rules ?? []),
    versions: [...versions].sort((a, b) => a.version - b.version),
  };
}
