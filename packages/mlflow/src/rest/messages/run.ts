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
import { fromStage } from './experiment.ts';
import { fromKeyValueMessages, KeyValueMessage, toKeyValueMessages } from './key-value.ts';
import { fromMetricMessage, type MetricJson, MetricMessage, toMetricMessage } from './metric.ts';
import { type Page, pageOf } from './page.ts';
import { runIdOrUuid } from './run-id-request.ts';
import {
  enumeration,
  int64,
  list,
  listToWire,
  optional,
  requiredText,
  text,
} from './wire-fields.ts';

/** Schema of RunStatusField; absent or unknown is `undefined`, as in MLflow. */
export const RunStatusField: z.ZodType<RunStatus | undefined> = enumeration(
  ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'],
  1,
);

/** The id and the state of a run (MLflow: service.proto, `RunInfo`). */
export interface RunInfoMessage {
  /** The same as `run_id`, under its older name. */
  readonly run_uuid?: string | undefined;
  readonly experiment_id: string;
  readonly run_name?: string | undefined;
  readonly user_id?: string | undefined;
  readonly status?: RunStatus | undefined;
  /** Milliseconds since 1970. */
  readonly start_time?: number | undefined;
  /** Absent while the run is running. */
  readonly end_time?: number | undefined;
  readonly artifact_uri?: string | undefined;
  readonly lifecycle_stage?: string | undefined;
  readonly run_id: string;
}

/** Schema of RunInfoMessage. */
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
 * The data of a run for which MLflow's messages have no field. Only a Tidemark client and a Tidemark server
 * exchange it: the server adds it to the response when a request has `TIDEMARK_FIELDS_HEADER`.
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

/** A run (MLflow: service.proto, `Run`), as it is received. */
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

/** Schema of RunMessage. */
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

/** A run as JSON. Empty lists are left out, and `inputs` and `outputs` are empty objects, as in MLflow. */
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

/** Response of `runs/get` and `runs/create`. */
export interface RunResponse {
  readonly run: RunMessage;
}

/** Schema of RunResponse. */
export const RunResponse: z.ZodType<RunResponse> = z.object({ run: RunMessage });

/** A page of runs. */
export type SearchRunsResponse = Page<'runs', RunMessage>;

/** Schema of SearchRunsResponse. */
export const SearchRunsResponse: z.ZodType<SearchRunsResponse> = pageOf('runs', RunMessage);

/** The data of a run that only the server knows. */
export interface RunMessageOptions {
  /** The address of the run's artifacts for clients. */
  readonly artifactUri: string;
  /** Whether the request asked for Tidemark's own fields. */
  readonly tidemarkFields?: boolean;
}

/** The id and the state of a run, as JSON. */
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
 * The run of a message. `artifacts` is empty unless the server is Tidemark's, because MLflow records no digests.
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
    // MLflow keeps the end time of a run that was resumed.
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
