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
import { type Page, pageOf } from './page.ts';
import {
  enumeration,
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

/** Schema of LoggedModelStatusField; absent or unknown is `undefined`, as in MLflow. */
export const LoggedModelStatusField: z.ZodType<LoggedModelStatusName | undefined> = enumeration(
  ['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED'],
  1,
);

/** The id and the state of a logged model (MLflow: service.proto, `LoggedModelInfo`). */
export interface LoggedModelInfoMessage {
  readonly model_id: string;
  readonly experiment_id: string;
  readonly name?: string | undefined;
  /** Milliseconds since 1970. */
  readonly creation_timestamp_ms?: number | undefined;
  readonly last_updated_timestamp_ms?: number | undefined;
  readonly artifact_uri?: string | undefined;
  readonly status?: LoggedModelStatusName | undefined;
  /** Empty if it was not given. */
  readonly model_type?: string | undefined;
  /** Empty when there is none. */
  readonly source_run_id?: string | undefined;
  readonly status_message?: string | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  /** Not in MLflow: only Tidemark servers send it, because they can return deleted models. */
  readonly lifecycle_stage?: string | undefined;
}

/** A logged model (MLflow: service.proto, `LoggedModel`), as it is received. */
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

/** Schema of LoggedModelMessage. */
export const LoggedModelMessage: z.ZodType<LoggedModelMessage> = z.object({
  info: z.object({
    model_id: requiredText,
    experiment_id: requiredText,
    name: text,
    creation_timestamp_ms: int64,
    last_updated_timestamp_ms: int64,
    artifact_uri: text,
    status: LoggedModelStatusField,
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

/** Response of get, create and finalize. */
export interface LoggedModelResponse {
  readonly model: LoggedModelMessage;
}

/** Schema of LoggedModelResponse. */
export const LoggedModelResponse: z.ZodType<LoggedModelResponse> = z.object({
  model: LoggedModelMessage,
});

/** A page of logged models. */
export type SearchLoggedModelsResponse = Page<'models', LoggedModelMessage>;

/** Schema of SearchLoggedModelsResponse. */
export const SearchLoggedModelsResponse: z.ZodType<SearchLoggedModelsResponse> = pageOf(
  'models',
  LoggedModelMessage,
);

/** The data of a logged model that only the server knows. */
export interface LoggedModelMessageOptions {
  /** The address of the model's artifacts for clients. */
  readonly artifactUri: string;
  /** The points of this model, each with the run that it was logged to. */
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
 * The logged model of a message. `artifacts` is empty unless the server is Tidemark's, because MLflow records no
 * digests.
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

/** The status for MLflow's name; PENDING if it is absent. */
export function fromLoggedModelStatus(name: LoggedModelStatusName | undefined): LoggedModelStatus {
  if (name === 'LOGGED_MODEL_READY') return 'READY';
  return name === 'LOGGED_MODEL_UPLOAD_FAILED' ? 'UPLOAD_FAILED' : 'PENDING';
}
