import {
  type ParamConflict,
  parseExperimentId,
  parseLoggedModelId,
  parseRunId,
  RUN_NAME_TAG,
  type Run,
  type RunStatus,
} from '@tidemark/core';
import { z } from 'zod';
import { ArtifactFileMessage, fromArtifactFileMessage, toArtifactFileMessage } from './artifact.ts';
import {
  DatasetInputMessage,
  fromDatasetInputMessage,
  ModelInputMessage,
  ModelOutputMessage,
  toDatasetInputMessage,
} from './dataset-input.ts';
import { fromStage, ViewType } from './experiment.ts';
import { fromKeyValueMessages, KeyValueMessage, toKeyValueMessages } from './key-value.ts';
import { fromMetricMessage, type MetricJson, MetricMessage, toMetricMessage } from './metric.ts';
import { runIdOrUuid } from './run-id-or-uuid.ts';
import {
  enumeration,
  int64,
  list,
  listToWire,
  optional,
  requiredText,
  text,
  textOrEmpty,
} from './wire-fields.ts';

/** Reads a run status; absent or unknown is `undefined`, as in MLflow. */
export const RunStatusField: z.ZodType<RunStatus | undefined> = enumeration(
  ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'],
  1,
);

/** What identifies a run and where it stands (MLflow: service.proto, `RunInfo`). */
export interface RunInfoMessage {
  /** The same as `run_id`, under its older name. */
  readonly run_uuid?: string | undefined;
  readonly experiment_id: string;
  readonly run_name?: string | undefined;
  readonly user_id?: string | undefined;
  readonly status?: RunStatus | undefined;
  /** Milliseconds since 1970. */
  readonly start_time?: number | undefined;
  /** Absent while the run goes on. */
  readonly end_time?: number | undefined;
  readonly artifact_uri?: string | undefined;
  readonly lifecycle_stage?: string | undefined;
  readonly run_id: string;
}

/** Reads it. */
export const RunInfoMessage: z.ZodType<RunInfoMessage> = z.preprocess(
  runIdOrUuid,
  z.object({
    run_uuid: text,
    experiment_id: requiredText,
    run_name: text,
    user_id: text,
    status: RunStatusField,
    start_time: int64,
    end_time: int64,
    artifact_uri: text,
    lifecycle_stage: text,
    run_id: requiredText,
  }),
);

/**
 * What Tidemark knows of a run and MLflow's messages have no place for. Only between a Tidemark client
 * and a Tidemark server: the server adds it when a request carries `TIDEMARK_FIELDS_HEADER`.
 */
export interface TidemarkRunFields {
  readonly artifacts: readonly ArtifactFileMessage[];
  readonly param_conflicts: readonly ParamConflict[];
  readonly lost_reason?: string | undefined;
}

/** The request header (value `1`) that asks a Tidemark server for the fields named `tidemark`. */
export const TIDEMARK_FIELDS_HEADER = 'x-tidemark-fields';

const TidemarkRunFields: z.ZodType<TidemarkRunFields> = z.object({
  artifacts: list(ArtifactFileMessage),
  param_conflicts: list(
    z.object({ key: z.string(), value: z.string(), rejected: z.array(z.string()) }),
  ),
  lost_reason: text,
});

/** A run (MLflow: service.proto, `Run`), as it is read. */
export interface RunMessage {
  readonly info: RunInfoMessage;
  readonly data?: {
    readonly metrics: readonly MetricMessage[];
    readonly params: readonly KeyValueMessage[];
    readonly tags: readonly KeyValueMessage[];
  };
  readonly inputs?: {
    readonly dataset_inputs: readonly DatasetInputMessage[];
    readonly model_inputs: readonly ModelInputMessage[];
  };
  readonly outputs?: { readonly model_outputs: readonly ModelOutputMessage[] };
  readonly tidemark?: TidemarkRunFields;
}

/** Reads it. */
export const RunMessage: z.ZodType<RunMessage> = z
  .object({
    info: RunInfoMessage,
    data: optional(
      z.object({
        metrics: list(MetricMessage),
        params: list(KeyValueMessage),
        tags: list(KeyValueMessage),
      }),
    ),
    inputs: optional(
      z.object({
        dataset_inputs: list(DatasetInputMessage),
        model_inputs: list(ModelInputMessage),
      }),
    ),
    outputs: optional(z.object({ model_outputs: list(ModelOutputMessage) })),
    tidemark: optional(TidemarkRunFields),
  })
  .transform(({ info, data, inputs, outputs, tidemark }) => ({
    info,
    ...(data === undefined ? {} : { data }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(tidemark === undefined ? {} : { tidemark }),
  }));

/** A run as JSON: empty lists are left out, and `inputs` and `outputs` stand empty, as from MLflow. */
export interface RunJson {
  readonly info: RunInfoMessage;
  readonly data: {
    readonly metrics?: readonly MetricJson[] | undefined;
    readonly params?: readonly KeyValueMessage[] | undefined;
    readonly tags?: readonly KeyValueMessage[] | undefined;
  };
  readonly inputs: {
    readonly dataset_inputs?: readonly DatasetInputMessage[] | undefined;
    readonly model_inputs?: readonly ModelInputMessage[] | undefined;
  };
  readonly outputs?: { readonly model_outputs?: readonly ModelOutputMessage[] | undefined };
  readonly tidemark?: TidemarkRunFields;
}

/** What `runs/create` carries. */
export interface CreateRunRequest {
  /** `"0"` when absent. */
  readonly experiment_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly run_name?: string | undefined;
  readonly start_time?: number | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  /** Tidemark's own: the id that a copied run had. MLflow ignores it and makes one. */
  readonly tidemark_run_id?: string | undefined;
}

/** Reads a request of `runs/create`. */
export const CreateRunRequest: z.ZodType<CreateRunRequest> = z.object({
  experiment_id: text,
  user_id: text,
  run_name: text,
  start_time: int64,
  tags: list(KeyValueMessage),
  tidemark_run_id: text,
});

/** A request that names a run and nothing else: get, delete, restore. */
export interface RunIdRequest {
  readonly run_id: string;
}

/** Reads it; `run_uuid` will do. */
export const RunIdRequest: z.ZodType<RunIdRequest> = z.preprocess(
  runIdOrUuid,
  z.object({ run_id: requiredText }),
);

/** What `runs/get` and `runs/create` answer. */
export interface RunResponse {
  readonly run: RunMessage;
}

/** Reads it. */
export const RunResponse: z.ZodType<RunResponse> = z.object({ run: RunMessage });

/** What `runs/update` carries. */
export interface UpdateRunRequest extends RunIdRequest {
  readonly status?: RunStatus | undefined;
  readonly end_time?: number | undefined;
  readonly run_name?: string | undefined;
}

/** Reads a request of `runs/update`. */
export const UpdateRunRequest: z.ZodType<UpdateRunRequest> = z.preprocess(
  runIdOrUuid,
  z.object({ run_id: requiredText, status: RunStatusField, end_time: int64, run_name: text }),
);

/** What `runs/log-parameter` and `runs/set-tag` carry. */
export interface RunKeyValueRequest extends RunIdRequest, KeyValueMessage {}

/** Reads a request of `runs/log-parameter` or `runs/set-tag`. */
export const RunKeyValueRequest: z.ZodType<RunKeyValueRequest> = z.preprocess(
  runIdOrUuid,
  z.object({ run_id: requiredText, key: requiredText, value: textOrEmpty }),
);

/** What `runs/delete-tag` carries. */
export interface DeleteRunTagRequest extends RunIdRequest {
  readonly key: string;
}

/** Reads a request of `runs/delete-tag`. */
export const DeleteRunTagRequest: z.ZodType<DeleteRunTagRequest> = z.preprocess(
  runIdOrUuid,
  z.object({ run_id: requiredText, key: requiredText }),
);

/** What `runs/log-batch` carries: at most 1000 metrics, 100 params, 100 tags, and 1000 together. */
export interface LogBatchRequest extends RunIdRequest {
  readonly metrics: readonly MetricMessage[];
  readonly params: readonly KeyValueMessage[];
  readonly tags: readonly KeyValueMessage[];
}

/** Reads a request of `runs/log-batch`; the limits are for the server to hold. */
export const LogBatchRequest: z.ZodType<LogBatchRequest> = z.preprocess(
  runIdOrUuid,
  z.object({
    run_id: requiredText,
    metrics: list(MetricMessage),
    params: list(KeyValueMessage),
    tags: list(KeyValueMessage),
  }),
);

/** What `runs/log-model` carries: an MLmodel file as JSON. */
export interface LogModelRequest extends RunIdRequest {
  readonly model_json: string;
}

/** Reads a request of `runs/log-model`. */
export const LogModelRequest: z.ZodType<LogModelRequest> = z.preprocess(
  runIdOrUuid,
  z.object({ run_id: requiredText, model_json: requiredText }),
);

/** What `runs/search` asks for. */
export interface SearchRunsRequest {
  readonly experiment_ids?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  readonly run_view_type?: ViewType | undefined;
  readonly max_results?: number | undefined;
  readonly order_by?: readonly string[] | undefined;
  readonly page_token?: string | undefined;
}

/** Reads a request of `runs/search`. */
export const SearchRunsRequest: z.ZodType<SearchRunsRequest> = z.object({
  experiment_ids: list(z.string()),
  filter: text,
  run_view_type: ViewType,
  max_results: int64,
  order_by: list(z.string()),
  page_token: text,
});

/** A page of runs. */
export interface SearchRunsResponse {
  readonly runs: readonly RunMessage[];
  readonly next_page_token?: string | undefined;
}

/** Reads an answer of `runs/search`. */
export const SearchRunsResponse: z.ZodType<SearchRunsResponse> = z.object({
  runs: list(RunMessage),
  next_page_token: text,
});

/** What a server adds to a run, which only it knows. */
export interface RunMessageOptions {
  /** Where clients find the run's artifacts. */
  readonly artifactUri: string;
  /** Whether the request asked for Tidemark's own fields. */
  readonly tidemarkFields?: boolean;
}

/** What identifies a run and where it stands, as JSON. */
export function toRunInfoMessage(run: Run, options: RunMessageOptions): RunInfoMessage {
  return {
    run_uuid: run.runId,
    experiment_id: run.experimentId,
    run_name: run.name,
    user_id: run.userId,
    status: run.status,
    start_time: run.startTimeMs,
    ...(run.endTimeMs === undefined ? {} : { end_time: run.endTimeMs }),
    artifact_uri: options.artifactUri,
    lifecycle_stage: run.lifecycleStage,
    run_id: run.runId,
  };
}

/** A run as JSON. */
export function toRunMessage(run: Run, options: RunMessageOptions): RunJson {
  return {
    info: toRunInfoMessage(run, options),
    data: {
      metrics: listToWire(Object.values(run.metrics).map((point) => toMetricMessage(point))),
      params: toKeyValueMessages(run.params),
      tags: toKeyValueMessages(run.tags),
    },
    inputs: {
      dataset_inputs: listToWire(run.datasets.map(toDatasetInputMessage)),
      model_inputs: listToWire(run.modelInputs.map((model_id) => ({ model_id }))),
    },
    outputs: {
      model_outputs: listToWire(
        run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step })),
      ),
    },
    ...(options.tidemarkFields === true ? { tidemark: toTidemarkFields(run) } : {}),
  };
}

/**
 * The run that a message stands for. Against a server that is not Tidemark's its `artifacts` are empty:
 * MLflow records no digests.
 * @throws INVALID_ID
 */
export function fromRunMessage(message: RunMessage): Run {
  const { info, data, inputs, outputs, tidemark } = message;
  const tags = fromKeyValueMessages(data?.tags ?? []);
  const metrics = (data?.metrics ?? []).map(fromMetricMessage);
  return {
    runId: parseRunId(info.run_id),
    experimentId: parseExperimentId(info.experiment_id),
    name: info.run_name ?? tags[RUN_NAME_TAG] ?? '',
    status: info.status ?? 'RUNNING',
    ...(tidemark?.lost_reason === undefined ? {} : { lostReason: tidemark.lost_reason }),
    lifecycleStage: fromStage(info.lifecycle_stage),
    startTimeMs: info.start_time ?? 0,
    // MLflow keeps the end of a run that was opened again.
    ...(info.end_time && isEnded(info.status) ? { endTimeMs: info.end_time } : {}),
    userId: info.user_id ?? '',
    params: fromKeyValueMessages(data?.params ?? []),
    paramConflicts: tidemark?.param_conflicts ?? [],
    tags,
    metrics: Object.fromEntries(metrics.map((point) => [point.key, point])),
    datasets: (inputs?.dataset_inputs ?? []).map(fromDatasetInputMessage),
    modelInputs: (inputs?.model_inputs ?? []).map(({ model_id }) => parseLoggedModelId(model_id)),
    modelOutputs: (outputs?.model_outputs ?? []).map(({ model_id, step }) => ({
      modelId: parseLoggedModelId(model_id),
      step,
    })),
    artifacts: (tidemark?.artifacts ?? []).map(fromArtifactFileMessage),
  };
}

function isEnded(status: RunStatus | undefined): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'KILLED';
}

function toTidemarkFields(run: Run): TidemarkRunFields {
  return {
    artifacts: run.artifacts.map(toArtifactFileMessage),
    param_conflicts: run.paramConflicts,
    ...(run.lostReason === undefined ? {} : { lost_reason: run.lostReason }),
  };
}
