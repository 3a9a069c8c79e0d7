import type { LoggedModelId, RunId, StoreEvent } from '@tidemark/core';
import {
  type AppendCall,
  chunks,
  keyValues,
  MAX_PARAMS,
  MAX_TAGS,
  post,
  unsupported,
} from './append-call.ts';
import { toDatasetInputMessage } from './messages/dataset-input.ts';
import { toLoggedModelStatus } from './messages/logged-model.ts';
import { toMetricMessage } from './messages/metric.ts';
import { PendingRun } from './pending-run.ts';

/**
 * Returns the calls for events, in an order that gives the same state. Params, metrics and tags of a run are
 * batched within MLflow's limits, after the datasets that they refer to. Changes of a run's lifecycle stage keep
 * their place. Every call may be repeated.
 * @throws CAPABILITY_MISSING for events that MLflow's protocol has no call for
 */
export function callsOfEvents(events: readonly StoreEvent[]): AppendCall[] {
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
        // MLflow refuses a batch that names a param twice, so the second value goes into another batch, and only
        // that is refused.
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
        // The server records the files that it receives. It cannot record content outside the store.
        if (event.file.uri !== undefined || event.file.sameAs !== undefined) {
          throw unsupported('refer to artifacts outside the store');
        }
        break;
      case 'artifact-removed':
        // The server records this when the file itself is removed.
        break;
      case 'experiment-created':
      case 'run-created':
      case 'model-created':
        throw unsupported(
          'append an event that creates something: call createExperiment, createRun or createLoggedModel',
        );
      case 'purged':
        throw unsupported('purge: purge in the folder of the server');
      default:
        throw unsupported(`record "${(event satisfies never as StoreEvent).kind}"`);
    }
  }
  for (const run of pending.keys()) calls.push(...of(run).calls());
  return calls;
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

function modelPath(model: LoggedModelId): string {
  return `/mlflow/logged-models/${encodeURIComponent(model)}`;
}
