import { type LoggedModelId, type RunId, type StoreEvent, TidemarkError } from '@tidemark/core';
import { toDatasetInputMessage } from './messages/dataset-input.ts';
import type { KeyValueMessage } from './messages/key-value.ts';
import { toLoggedModelStatus } from './messages/logged-model.ts';
import { type MetricJson, toMetricMessage } from './messages/metric.ts';
import type { RestRequest } from './rest-client.ts';

// MLflow's limits of one call (utils/validation.py).
const MAX_BATCH = 1000;
const MAX_PARAMS = 100;
const MAX_TAGS = 100;

/** A call of the server, and whether its "does not exist" is no error: what was to go is gone. */
export interface AppendCall extends RestRequest {
  readonly goneIsFine?: boolean;
}

/**
 * The calls that stand for events, in an order that gives the same state: params, metrics and tags of
 * a run go together in batches within MLflow's limits, the datasets that they speak of before them,
 * and changes of a run's stage where they stand. Every call may be made twice.
 * @throws CAPABILITY_MISSING for events that MLflow's protocol has no call for
 */
export function appendCalls(events: readonly StoreEvent[]): AppendCall[] {
  const calls: AppendCall[] = [];
  const pending = new Map<RunId, PendingRun>();
  const of = (run: RunId): PendingRun => {
    let found = pending.get(run);
    if (found === undefined) {
      found = new PendingRun(run);
      pending.set(run, found);
    }
    return found;
  };
  const flush = (run: RunId): void => {
    calls.push(...of(run).calls());
    pending.delete(run);
  };
  for (const event of events) {
    switch (event.kind) {
      case 'params':
        // MLflow refuses a batch that names a param twice; the second value is to be refused by itself.
        if (of(event.run).clashes(event.params)) flush(event.run);
        of(event.run).addParams(event.params);
        break;
      case 'tags':
        for (const [key, value] of Object.entries(event.tags)) {
          if (value !== null) of(event.run).tags.set(key, value);
          else {
            of(event.run).tags.delete(key);
            calls.push(post('run', '/mlflow/runs/delete-tag', { run_id: event.run, key }, true));
          }
        }
        break;
      case 'metrics':
        for (const [key, value] of Object.entries(event.metrics)) {
          of(event.run).metrics.push(
            toMetricMessage({
              key,
              value,
              timestampMs: event.timeMs,
              step: event.step,
              ...metricContext(event),
            }),
          );
        }
        break;
      case 'metric-series':
        for (const [at, step] of event.steps.entries()) {
          of(event.run).metrics.push(
            toMetricMessage({
              key: event.key,
              value: event.values[at] ?? Number.NaN,
              timestampMs: event.timeMs + (event.elapsedMs?.[at] ?? 0),
              step,
              ...metricContext(event),
            }),
          );
        }
        break;
      case 'dataset':
        of(event.run).datasets.push(toDatasetInputMessage(event.input));
        break;
      case 'model-input':
        of(event.run).modelInputs.push({ model_id: event.model });
        break;
      case 'model-output':
        of(event.run).modelOutputs.push({ model_id: event.model, step: event.step });
        break;
      case 'run-updated':
        flush(event.run);
        calls.push(...runUpdateCalls(event));
        break;
      case 'experiment-updated':
        calls.push(...experimentUpdateCalls(event));
        break;
      case 'model-updated':
        calls.push(...modelUpdateCalls(event));
        break;
      case 'model-tags':
        calls.push(...modelTagCalls(event));
        break;
      case 'model-params':
        for (const params of chunks(keyValues(Object.entries(event.params)), MAX_PARAMS)) {
          const path = `${modelPath(event.model)}/params`;
          calls.push(post('logged-model', path, { model_id: event.model, params }));
        }
        break;
      case 'artifact':
        // The server records what it is sent; it cannot be told of content that lies elsewhere.
        if (event.file.uri !== undefined || event.file.sameAs !== undefined) {
          throw unsupported('refer to artifacts that lie elsewhere');
        }
        break;
      case 'artifact-removed':
        // The server takes note when the file itself is removed.
        break;
      case 'experiment-created':
      case 'run-created':
      case 'model-created':
        throw unsupported(
          'append the event that creates something; call createExperiment, createRun or createLoggedModel',
        );
      case 'purged':
        throw unsupported('purge; ask who keeps the server for it');
      default:
        throw unsupported(`record "${(event satisfies never as StoreEvent).kind}"`);
    }
  }
  for (const run of pending.keys()) calls.push(...of(run).calls());
  return calls;
}

/** What one run's next batches carry. */
class PendingRun {
  readonly #run: RunId;
  readonly params = new Map<string, string>();
  readonly tags = new Map<string, string>();
  readonly metrics: MetricJson[] = [];
  readonly datasets: unknown[] = [];
  readonly modelInputs: unknown[] = [];
  readonly modelOutputs: unknown[] = [];

  constructor(run: RunId) {
    this.#run = run;
  }

  clashes(params: Readonly<Record<string, string>>): boolean {
    return Object.entries(params).some(([key, value]) => (this.params.get(key) ?? value) !== value);
  }

  addParams(params: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(params)) this.params.set(key, value);
  }

  calls(): AppendCall[] {
    const run_id = this.#run;
    const calls: AppendCall[] = [];
    if (this.datasets.length > 0 || this.modelInputs.length > 0) {
      calls.push(
        post('run', '/mlflow/runs/log-inputs', {
          run_id,
          datasets: this.datasets,
          models: this.modelInputs,
        }),
      );
    }
    const params = chunks(keyValues(this.params), MAX_PARAMS);
    const tags = chunks(keyValues(this.tags), MAX_TAGS);
    let at = 0;
    while (params.length > 0 || tags.length > 0 || at < this.metrics.length) {
      const batch = { run_id, params: params.shift() ?? [], tags: tags.shift() ?? [] };
      const room = MAX_BATCH - batch.params.length - batch.tags.length;
      const metrics = this.metrics.slice(at, at + room);
      at += metrics.length;
      calls.push(post('run', '/mlflow/runs/log-batch', { ...batch, metrics }));
    }
    if (this.modelOutputs.length > 0) {
      calls.push(post('run', '/mlflow/runs/outputs', { run_id, models: this.modelOutputs }));
    }
    return calls;
  }
}

function runUpdateCalls(event: Extract<StoreEvent, { kind: 'run-updated' }>): AppendCall[] {
  const run_id = event.run;
  const calls: AppendCall[] = [];
  if (event.stage === 'active') calls.push(post('run', '/mlflow/runs/restore', { run_id }));
  if (event.status !== undefined || event.name !== undefined) {
    calls.push(
      post('run', '/mlflow/runs/update', {
        run_id,
        status: event.status,
        end_time: event.endTimeMs,
        run_name: event.name,
      }),
    );
  }
  if (event.stage === 'deleted') calls.push(post('run', '/mlflow/runs/delete', { run_id }));
  return calls;
}

function experimentUpdateCalls(
  event: Extract<StoreEvent, { kind: 'experiment-updated' }>,
): AppendCall[] {
  const experiment_id = event.experiment;
  const call = (what: string, body: object, goneIsFine = false): AppendCall =>
    post('experiment', `/mlflow/experiments/${what}`, { experiment_id, ...body }, goneIsFine);
  const calls: AppendCall[] = [];
  if (event.stage === 'active') calls.push(call('restore', {}));
  if (event.name !== undefined) calls.push(call('update', { new_name: event.name }));
  for (const [key, value] of Object.entries(event.tags ?? {})) {
    calls.push(
      value === null
        ? call('delete-experiment-tag', { key }, true)
        : call('set-experiment-tag', { key, value }),
    );
  }
  if (event.stage === 'deleted') calls.push(call('delete', {}));
  return calls;
}

function modelUpdateCalls(event: Extract<StoreEvent, { kind: 'model-updated' }>): AppendCall[] {
  const model_id = event.model;
  if (event.stage === 'active') throw unsupported('restore a deleted logged model');
  const calls: AppendCall[] = [];
  if (event.status !== undefined) {
    const body = { model_id, status: toLoggedModelStatus(event.status) };
    calls.push({ method: 'PATCH', path: modelPath(model_id), body, subject: 'logged-model' });
  }
  if (event.stage === 'deleted') {
    calls.push({ method: 'DELETE', path: modelPath(model_id), subject: 'logged-model' });
  }
  return calls;
}

function modelTagCalls(event: Extract<StoreEvent, { kind: 'model-tags' }>): AppendCall[] {
  const path = `${modelPath(event.model)}/tags`;
  const calls: AppendCall[] = [];
  const set: [string, string][] = [];
  for (const [key, value] of Object.entries(event.tags)) {
    if (value !== null) set.push([key, value]);
    else {
      calls.push({
        method: 'DELETE',
        path: `${path}/${encodeURIComponent(key)}`,
        subject: 'logged-model',
        goneIsFine: true,
      });
    }
  }
  for (const tags of chunks(keyValues(set), MAX_TAGS)) {
    const body = { model_id: event.model, tags };
    calls.push({ method: 'PATCH', path, body, subject: 'logged-model' });
  }
  return calls;
}

function metricContext(event: Extract<StoreEvent, { kind: 'metrics' | 'metric-series' }>): {
  datasetName?: string;
  datasetDigest?: string;
  modelId?: LoggedModelId;
} {
  const { dataset, model } = event;
  return {
    ...(dataset === undefined ? {} : { datasetName: dataset.name, datasetDigest: dataset.digest }),
    ...(model === undefined ? {} : { modelId: model }),
  };
}

function post(
  subject: AppendCall['subject'],
  path: string,
  body: unknown,
  goneIsFine = false,
): AppendCall {
  return { method: 'POST', path, body, subject, goneIsFine };
}

function modelPath(model: LoggedModelId): string {
  return `/mlflow/logged-models/${encodeURIComponent(model)}`;
}

function keyValues(entries: Iterable<readonly [string, string]>): KeyValueMessage[] {
  return [...entries].map(([key, value]) => ({ key, value }));
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const result: Item[][] = [];
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}

/** What a server of MLflow's protocol cannot do. */
export function unsupported(what: string): TidemarkError {
  return new TidemarkError(
    'CAPABILITY_MISSING',
    `A tracking server that speaks MLflow's REST API cannot ${what}. Nothing of this call was written.`,
  );
}
