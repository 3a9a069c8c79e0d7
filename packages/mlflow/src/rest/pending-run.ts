import type { RunId } from '@tidemark/core';
import { type AppendCall, chunks, keyValues, MAX_PARAMS, MAX_TAGS, post } from './append-call.ts';
import type { MetricJson } from './messages/metric.ts';

/** The most metrics, params and tags of one call together (MLflow: utils/validation.py). */
const MAX_BATCH = 1000;
/** Datasets have texts of up to 16 MB, and our server and proxies limit the size of a body. */
const MAX_DATASETS_LENGTH = 8_000_000;

/** The content of the next batches of one run. */
export class PendingRun {
  readonly #run: RunId;
  readonly params: Map<string, string> = new Map();
  readonly tags: Map<string, string> = new Map();
  readonly metrics: MetricJson[] = [];
  readonly datasets: unknown[] = [];
  readonly modelInputs: unknown[] = [];
  readonly modelOutputs: unknown[] = [];

  constructor(run: RunId) {
    this.#run = run;
  }

  /** Returns whether another value of one of these params waits. */
  clashes(params: Readonly<Record<string, string>>): boolean {
    return Object.entries(params).some(([key, value]) => (this.params.get(key) ?? value) !== value);
  }

  /** Adds params that wait for the next batch. */
  addParams(params: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(params)) this.params.set(key, value);
  }

  /** Returns the calls for the waiting events, within MLflow's limits. */
  calls(): AppendCall[] {
    const run_id = this.#run;
    const calls: AppendCall[] = [];
    const datasets = sizedGroups(this.datasets, MAX_DATASETS_LENGTH);
    if (datasets.length === 0 && this.modelInputs.length > 0) datasets.push([]);
    for (const [index, group] of datasets.entries()) {
      const models = index === 0 ? this.modelInputs : [];
      calls.push(post('run', '/mlflow/runs/log-inputs', { run_id, datasets: group, models }));
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

/**
 * Returns the items in order, in groups whose JSON is not longer than the limit. A longer item is its own group.
 */
function sizedGroups(items: readonly unknown[], greatestLength: number): unknown[][] {
  const groups: unknown[][] = [];
  let room = 0;
  for (const item of items) {
    const { length } = JSON.stringify(item);
    if (length > room || groups.length === 0) {
      groups.push([]);
      room = greatestLength;
    }
    groups.at(-1)?.push(item);
    room -= length;
  }
  return groups;
}
