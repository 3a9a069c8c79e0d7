import {
  assertRunActive,
  deleteRunTag,
  getRun,
  logRunInputs,
  logRunOutputs,
  type MetricPoint,
  parseLoggedModelId,
  parseRunId,
  planParams,
  planTags,
  type Run,
  type RunId,
  type Store,
  type StoreEvent,
} from '@tidemark/core';
import {
  DeleteRunTagRequest,
  fromDatasetInputMessage,
  fromMetricMessage,
  LogBatchRequest,
  LogInputsRequest,
  LogMetricRequest,
  LogModelRequest,
  LogOutputsRequest,
  RunKeyValueRequest,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { aboutRun } from './about.ts';
import { metricEvents } from './metric-events.ts';
import { readParams, readTags } from './read-values.ts';

/** MLflow's limits of one `log-batch` (utils/validation.py). */
const GREATEST_BATCH = { metrics: 1000, params: 100, tags: 100, all: 1000 } as const;
/** The tag in which MLflow's older clients list the models that a run logged. */
const LOGGED_MODELS_TAG = 'mlflow.log-model.history';
const MODEL_FIELDS = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];

/** Routes that log to a run: metrics, params, tags, inputs, outputs. */
export const RUN_LOGGING_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/log-metric',
    summary: 'Log one point of a metric.',
    needs: 'writer',
    about: aboutRun,
    request: LogMetricRequest,
    response: nothing,
    handle: async ({ run_id, ...metric }, { context }) => {
      const point = readMetric(metric, "parameter 'timestamp'");
      const runId = await activeRunId(context.store, run_id);
      await context.store.append(metricEvents(runId, [point]));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/log-parameter',
    summary: 'Log a param. You can write it only once.',
    needs: 'writer',
    about: aboutRun,
    request: RunKeyValueRequest,
    response: nothing,
    handle: async ({ run_id, key, value }, { context }) => {
      const run = await activeRun(context.store, run_id);
      await context.store.append(paramEvents(run, readParams([{ key, value }])));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/set-tag',
    summary: 'Set a tag of a run.',
    needs: 'writer',
    about: aboutRun,
    request: RunKeyValueRequest,
    response: nothing,
    handle: async ({ run_id, key, value }, { context }) => {
      const runId = await activeRunId(context.store, run_id);
      await context.store.append([planTags(runId, readTags([{ key, value }]))]);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/delete-tag',
    summary: 'Delete a tag of a run.',
    needs: 'writer',
    about: aboutRun,
    request: DeleteRunTagRequest,
    response: nothing,
    handle: async ({ run_id, key }, { context }) => {
      const run = await activeRun(context.store, run_id);
      if (!Object.hasOwn(run.tags, key)) {
        throw new WireError(
          'RESOURCE_DOES_NOT_EXIST',
          `No tag with name: ${key} in run with id ${run_id}`,
        );
      }
      await deleteRunTag(context.store, run.runId, key);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/log-batch',
    summary: 'Log metrics, params and tags together: all of them or none.',
    needs: 'writer',
    about: aboutRun,
    request: LogBatchRequest,
    response: nothing,
    handle: async (message, { context }) => {
      assertBatchSize(message);
      const points = message.metrics.map((metric, index) =>
        readMetric(metric, `parameter 'metrics[${index}].timestamp'`),
      );
      const run = await activeRun(context.store, message.run_id);
      await context.store.append([
        ...batchParamEvents(run, readParams(message.params)),
        ...(points.length === 0 ? [] : metricEvents(run.runId, points)),
        ...(message.tags.length === 0 ? [] : [planTags(run.runId, readTags(message.tags))]),
      ]);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/log-inputs',
    summary: 'Record the datasets and logged models that a run read.',
    needs: 'writer',
    about: aboutRun,
    request: LogInputsRequest,
    response: nothing,
    handle: ({ run_id, datasets, models }, { context }) =>
      logRunInputs(context.store, parseRunId(run_id), {
        datasets: (datasets ?? []).map(fromDatasetInputMessage),
        models: (models ?? []).map(({ model_id }) => parseLoggedModelId(model_id)),
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/outputs',
    summary: 'Record the logged models that a run made.',
    needs: 'writer',
    about: aboutRun,
    request: LogOutputsRequest,
    response: nothing,
    handle: ({ run_id, models }, { context }) =>
      logRunOutputs(
        context.store,
        parseRunId(run_id),
        models.map(({ model_id, step }) => ({ modelId: parseLoggedModelId(model_id), step })),
      ),
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/log-model',
    summary: 'Record the MLmodel of a model among the artifacts of a run (MLflow 1 and 2).',
    needs: 'writer',
    about: aboutRun,
    request: LogModelRequest,
    response: nothing,
    handle: async ({ run_id, model_json }, { context }) => {
      const model = readModelJson(model_json);
      const run = await activeRun(context.store, run_id);
      const history = [...readHistory(run.tags[LOGGED_MODELS_TAG]), model];
      const tags = { [LOGGED_MODELS_TAG]: JSON.stringify(history) };
      await context.store.append([planTags(run.runId, tags)]);
    },
  }),
];

async function activeRun(store: Store, id: string): Promise<Run> {
  const run = await getRun(store, parseRunId(id));
  assertRunActive(run);
  return run;
}

async function activeRunId(store: Store, id: string): Promise<RunId> {
  return (await activeRun(store, id)).runId;
}

function paramEvents(run: Run, params: Readonly<Record<string, string>>): StoreEvent[] {
  if (Object.keys(params).length === 0) return [];
  const event = planParams(run.runId, params, new Map(Object.entries(run.params)));
  return event === undefined ? [] : [event];
}

/**
 * Returns the events of the params of a batch. The error lists every param that has another value already.
 * @throws WireError like `paramEvents`
 */
function batchParamEvents(run: Run, params: Readonly<Record<string, string>>): StoreEvent[] {
  const changed = Object.entries(params)
    .filter(([key, value]) => Object.hasOwn(run.params, key) && run.params[key] !== value)
    .map(
      ([key, value]) =>
        `{'key': '${key}', 'old_value': '${run.params[key]}', 'new_value': '${value}'}`,
    );
  if (changed.length === 0) return paramEvents(run, params);
  throw invalidParameter(
    `Changing param values is not allowed. Params were already logged='[${changed.join(', ')}]' for run ID='${run.runId}'.`,
  );
}

/** Parses a point of a metric. @throws WireError when its time is before 1970; INVALID_ID */
function readMetric(metric: Omit<LogMetricRequest, 'run_id'>, where: string): MetricPoint {
  if (metric.timestamp >= 0) return fromMetricMessage(metric);
  throw invalidParameter(
    `Invalid value ${metric.timestamp} for ${where} supplied: metric '${metric.key}' (value=${pythonFloat(metric.value)}). Timestamp must be a nonnegative long (64-bit integer) `,
  );
}

/** Formats a number as Python prints a float. */
function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function assertBatchSize({ metrics, params, tags }: LogBatchRequest): void {
  const counts = { metrics: metrics.length, params: params.length, tags: tags.length };
  for (const [name, count] of Object.entries(counts)) {
    const greatest = GREATEST_BATCH[name as keyof typeof counts];
    if (count <= greatest) continue;
    throw invalidParameter(
      `A batch logging request can contain at most ${greatest} ${name}. Got ${count} ${name}. Please split up ${name} across multiple requests and try again.`,
    );
  }
  const sum = metrics.length + params.length + tags.length;
  if (sum <= GREATEST_BATCH.all) return;
  throw invalidParameter(
    `A batch logging request can contain at most ${GREATEST_BATCH.all} metrics, params, and tags. Got ${sum} metrics, params, and tags. Please split up metrics, params, and tags across multiple requests and try again.`,
  );
}

function readModelJson(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidParameter(`Malformed model info. \n ${text} \n is not a valid JSON.`, error);
  }
  const model = z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
  const missing = MODEL_FIELDS.filter((field) => !Object.hasOwn(model, field));
  if (missing.length === 0) return model;
  const names = missing.map((field) => `'${field}'`).join(', ');
  throw invalidParameter(`Model json is missing mandatory fields: {${names}}`);
}

/** Parses the list in the tag. A tag with an invalid value is an empty list. */
function readHistory(tag: string | undefined): unknown[] {
  if (tag === undefined) return [];
  try {
    return z.array(z.unknown()).safeParse(JSON.parse(tag)).data ?? [];
  } catch {
    return [];
  }
}
