import {
  type LoggedModel,
  type LoggedModelStatus,
  type MetricPoint,
  parseExperimentId,
  parseLoggedModelId,
  parseRunId,
  type RunId,
} from '@tidemark/core';
import { z } from 'zod';
import { ArtifactFileMessage, fromArtifactFileMessage, toArtifactFileMessage } from './artifact.ts';
import { fromStage } from './experiment.ts';
import { fromKeyValueMessages, KeyValueMessage, toKeyValueMessages } from './key-value.ts';
import { type MetricJson, MetricMessage, toMetricMessage } from './metric.ts';
import {
  enumeration,
  flag,
  int64,
  list,
  listToWire,
  optional,
  requiredText,
  text,
} from './wire-fields.ts';

/** MLflow's names of the statuses of a logged model. */
export type LoggedModelStatusName =
  | 'LOGGED_MODEL_PENDING'
  | 'LOGGED_MODEL_READY'
  | 'LOGGED_MODEL_UPLOAD_FAILED';

const StatusField: z.ZodType<LoggedModelStatusName | undefined> = enumeration(
  ['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED'],
  1,
);

/** What identifies a logged model and where it stands (MLflow: service.proto, `LoggedModelInfo`). */
export interface LoggedModelInfoMessage {
  readonly model_id: string;
  readonly experiment_id: string;
  readonly name?: string | undefined;
  /** Milliseconds since 1970. */
  readonly creation_timestamp_ms?: number | undefined;
  readonly last_updated_timestamp_ms?: number | undefined;
  readonly artifact_uri?: string | undefined;
  readonly status?: LoggedModelStatusName | undefined;
  /** Empty when it was not said. */
  readonly model_type?: string | undefined;
  /** Empty when there is none. */
  readonly source_run_id?: string | undefined;
  readonly status_message?: string | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  /** Not MLflow's: said by Tidemark servers, which can answer a deleted model when asked. */
  readonly lifecycle_stage?: string | undefined;
}

/** A logged model (MLflow: service.proto, `LoggedModel`), as it is read. */
export interface LoggedModelMessage {
  readonly info: LoggedModelInfoMessage;
  readonly data?:
    | {
        readonly params: readonly KeyValueMessage[];
        readonly metrics: readonly MetricMessage[];
      }
    | undefined;
  /** See `TidemarkRunFields`. */
  readonly tidemark?: { readonly artifacts: readonly ArtifactFileMessage[] } | undefined;
}

/** Reads it. */
export const LoggedModelMessage: z.ZodType<LoggedModelMessage> = z.object({
  info: z.object({
    model_id: requiredText,
    experiment_id: requiredText,
    name: text,
    creation_timestamp_ms: int64,
    last_updated_timestamp_ms: int64,
    artifact_uri: text,
    status: StatusField,
    model_type: text,
    source_run_id: text,
    status_message: text,
    tags: list(KeyValueMessage),
    lifecycle_stage: text,
  }),
  data: optional(z.object({ params: list(KeyValueMessage), metrics: list(MetricMessage) })),
  tidemark: optional(z.object({ artifacts: list(ArtifactFileMessage) })),
});

/** A logged model as JSON. */
export interface LoggedModelJson {
  readonly info: LoggedModelInfoMessage;
  readonly data: {
    readonly params?: readonly KeyValueMessage[] | undefined;
    readonly metrics?: readonly MetricJson[] | undefined;
  };
  readonly tidemark?: { readonly artifacts: readonly ArtifactFileMessage[] };
}

/** What get, create and finalize answer. */
export interface LoggedModelResponse {
  readonly model: LoggedModelMessage;
}

/** Reads it. */
export const LoggedModelResponse: z.ZodType<LoggedModelResponse> = z.object({
  model: LoggedModelMessage,
});

/** What `POST logged-models` carries. */
export interface CreateLoggedModelRequest {
  readonly experiment_id: string;
  readonly name?: string | undefined;
  readonly model_type?: string | undefined;
  readonly source_run_id?: string | undefined;
  readonly params?: readonly KeyValueMessage[] | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  /** Tidemark's own: the id that a copied model had. MLflow ignores it and makes one. */
  readonly tidemark_model_id?: string | undefined;
}

/** Reads a request of `POST logged-models`. */
export const CreateLoggedModelRequest: z.ZodType<CreateLoggedModelRequest> = z.object({
  experiment_id: requiredText,
  name: text,
  model_type: text,
  source_run_id: text,
  params: list(KeyValueMessage),
  tags: list(KeyValueMessage),
  tidemark_model_id: text,
});

/** What `PATCH logged-models/{model_id}` carries beside the id in its path. */
export interface FinalizeLoggedModelRequest {
  readonly model_id: string;
  readonly status?: LoggedModelStatusName | undefined;
}

/** Reads it; the server merges the id of the path in. */
export const FinalizeLoggedModelRequest: z.ZodType<FinalizeLoggedModelRequest> = z.object({
  model_id: requiredText,
  status: StatusField,
});

/** What `GET` and `DELETE logged-models/{model_id}` take. */
export interface LoggedModelIdRequest {
  readonly model_id: string;
  readonly allow_deleted?: boolean | undefined;
}

/** Reads it. */
export const LoggedModelIdRequest: z.ZodType<LoggedModelIdRequest> = z.object({
  model_id: requiredText,
  allow_deleted: flag,
});

/** What `PATCH logged-models/{model_id}/tags` carries. */
export interface SetLoggedModelTagsRequest {
  readonly model_id: string;
  readonly tags: readonly KeyValueMessage[];
}

/** Reads it. */
export const SetLoggedModelTagsRequest: z.ZodType<SetLoggedModelTagsRequest> = z.object({
  model_id: requiredText,
  tags: list(KeyValueMessage),
});

/** What `DELETE logged-models/{model_id}/tags/{tag_key}` takes. */
export interface DeleteLoggedModelTagRequest {
  readonly model_id: string;
  readonly tag_key: string;
}

/** Reads it. */
export const DeleteLoggedModelTagRequest: z.ZodType<DeleteLoggedModelTagRequest> = z.object({
  model_id: requiredText,
  tag_key: requiredText,
});

/** What `POST logged-models/{model_id}/params` carries. */
export interface LogLoggedModelParamsRequest {
  readonly model_id: string;
  readonly params: readonly KeyValueMessage[];
}

/** Reads it. */
export const LogLoggedModelParamsRequest: z.ZodType<LogLoggedModelParamsRequest> = z.object({
  model_id: requiredText,
  params: list(KeyValueMessage),
});

/** What `GET logged-models/{model_id}/artifacts/directories` takes. */
export interface ListLoggedModelArtifactsRequest {
  readonly model_id: string;
  readonly artifact_directory_path?: string | undefined;
  readonly page_token?: string | undefined;
}

/** Reads it. */
export const ListLoggedModelArtifactsRequest: z.ZodType<ListLoggedModelArtifactsRequest> = z.object(
  { model_id: requiredText, artifact_directory_path: text, page_token: text },
);

/** A dataset that narrows the metrics of a search of logged models. */
export interface SearchDatasetMessage {
  readonly dataset_name: string;
  readonly dataset_digest?: string | undefined;
}

/** One key of the order of a search of logged models. */
export interface SearchOrderByMessage {
  readonly field_name: string;
  /** Ascending when absent. */
  readonly ascending?: boolean | undefined;
  readonly dataset_name?: string | undefined;
  readonly dataset_digest?: string | undefined;
}

/** What `logged-models/search` asks for. */
export interface SearchLoggedModelsRequest {
  readonly experiment_ids?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  readonly datasets?: readonly SearchDatasetMessage[] | undefined;
  readonly max_results?: number | undefined;
  readonly order_by?: readonly SearchOrderByMessage[] | undefined;
  readonly page_token?: string | undefined;
}

/** Reads it. */
export const SearchLoggedModelsRequest: z.ZodType<SearchLoggedModelsRequest> = z.object({
  experiment_ids: list(z.string()),
  filter: text,
  datasets: list(z.object({ dataset_name: requiredText, dataset_digest: text })),
  max_results: int64,
  order_by: list(
    z.object({
      field_name: requiredText,
      ascending: flag,
      dataset_name: text,
      dataset_digest: text,
    }),
  ),
  page_token: text,
});

/** A page of logged models. */
export interface SearchLoggedModelsResponse {
  readonly models: readonly LoggedModelMessage[];
  readonly next_page_token?: string | undefined;
}

/** Reads it. */
export const SearchLoggedModelsResponse: z.ZodType<SearchLoggedModelsResponse> = z.object({
  models: list(LoggedModelMessage),
  next_page_token: text,
});

/** What a server adds to a logged model, which only it knows. */
export interface LoggedModelMessageOptions {
  /** Where clients find the model's artifacts. */
  readonly artifactUri: string;
  /** The points that speak of this model, with the run that each was logged to. */
  readonly metrics?: readonly (MetricPoint & { readonly runId?: RunId })[];
  /** Whether the request asked for Tidemark's own fields. */
  readonly tidemarkFields?: boolean;
}

/** A logged model as JSON. */
export function toLoggedModelMessage(
  model: LoggedModel,
  options: LoggedModelMessageOptions,
): LoggedModelJson {
  const { artifactUri, metrics = [], tidemarkFields = false } = options;
  return {
    info: {
      model_id: model.modelId,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.creationTimeMs,
      last_updated_timestamp_ms: model.lastUpdateTimeMs,
      artifact_uri: artifactUri,
      status: toLoggedModelStatus(model.status),
      model_type: model.modelType ?? '',
      source_run_id: model.sourceRunId ?? '',
      tags: toKeyValueMessages(model.tags),
      ...(tidemarkFields ? { lifecycle_stage: model.lifecycleStage } : {}),
    },
    data: {
      params: toKeyValueMessages(model.params),
      metrics: listToWire(metrics.map((point) => toMetricMessage(point, point.runId))),
    },
    ...(tidemarkFields
      ? { tidemark: { artifacts: model.artifacts.map(toArtifactFileMessage) } }
      : {}),
  };
}

/**
 * The logged model that a message stands for. Against a server that is not Tidemark's its `artifacts`
 * are empty: MLflow records no digests.
 * @throws INVALID_ID
 */
export function fromLoggedModelMessage(message: LoggedModelMessage): LoggedModel {
  const { info, data, tidemark } = message;
  return {
    modelId: parseLoggedModelId(info.model_id),
    experimentId: parseExperimentId(info.experiment_id),
    name: info.name ?? '',
    ...(info.model_type ? { modelType: info.model_type } : {}),
    ...(info.source_run_id ? { sourceRunId: parseRunId(info.source_run_id) } : {}),
    status: fromLoggedModelStatus(info.status),
    lifecycleStage: fromStage(info.lifecycle_stage),
    creationTimeMs: info.creation_timestamp_ms ?? 0,
    lastUpdateTimeMs: info.last_updated_timestamp_ms ?? info.creation_timestamp_ms ?? 0,
    params: fromKeyValueMessages(data?.params ?? []),
    tags: fromKeyValueMessages(info.tags ?? []),
    artifacts: (tidemark?.artifacts ?? []).map(fromArtifactFileMessage),
  };
}

/** MLflow's name of a status. */
export function toLoggedModelStatus(status: LoggedModelStatus): LoggedModelStatusName {
  return `LOGGED_MODEL_${status}`;
}

/** The status that MLflow's name stands for; without one, PENDING. */
export function fromLoggedModelStatus(name: LoggedModelStatusName | undefined): LoggedModelStatus {
  if (name === 'LOGGED_MODEL_READY') return 'READY';
  return name === 'LOGGED_MODEL_UPLOAD_FAILED' ? 'UPLOAD_FAILED' : 'PENDING';
}
