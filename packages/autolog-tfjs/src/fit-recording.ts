import type { ActiveRun } from '@tidemark/client';
import type { ParamValue } from '@tidemark/core';
import { logTfjsModel } from '@tidemark/models/tfjs';
import type { FitHooks } from './attach-hooks.ts';
import { earlyStoppingParams, findEarlyStopping, stoppedEpoch } from './early-stopping.ts';
import type { Report } from './error-report.ts';
import type { FitCall } from './fit-call.ts';
import { fitParams } from './fit-params.ts';
import { MetricKeys } from './metric-keys.ts';
import type { AutologOptions, AutologStage } from './options.ts';
import { logTensors } from './tensor-dataset.ts';
import type { TfjsHistory, TfjsLogs } from './tfjs-types.ts';
import { WriteQueue } from './write-queue.ts';

/** The name of the logged model, as in MLflow's autologging. */
const MODEL_NAME = 'model';
const SUMMARY_FILE = 'model_summary.txt';

/** Keys of the logs that are not metrics. */
const NOT_METRICS: ReadonlySet<string> = new Set(['batch', 'size']);

/** Records one training into one run. Never throws: it reports failures. */
export class FitRecording {
  readonly #run: ActiveRun;
  readonly #call: FitCall;
  readonly #options: AutologOptions;
  readonly #report: Report;
  readonly #queue: WriteQueue;
  readonly #keys = new MetricKeys();
  #batches = 0;
  #batchSizeIsKnown = false;

  constructor(run: ActiveRun, call: FitCall, options: AutologOptions, report: Report) {
    this.#run = run;
    this.#call = call;
    this.#options = options;
    this.#report = report;
    this.#queue = new WriteQueue(report);
  }

  /** Queues the data that is known before the training: params, summary, dataset. */
  begin(): void {
    const { model, method, args } = this.#call;
    this.#attempt('params', () => {
      const stopping = findEarlyStopping(args.callbacks);
      this.#logParams({
        ...fitParams(model, method, args),
        ...(stopping && earlyStoppingParams(stopping)),
      });
    });
    this.#attempt('summary', () => {
      const lines: string[] = [];
      model.summary(undefined, undefined, (line) => lines.push(line));
      this.#queue.add('summary', () => this.#run.logText(lines.join('\n'), SUMMARY_FILE));
    });
    if (this.#options.logDatasets !== false && this.#call.data !== undefined) {
      const { data } = this.#call;
      this.#queue.add('dataset', () => logTensors(this.#run, data, args.validationData));
    }
  }

  /** The hooks that record the training. */
  hooks(): FitHooks {
    const { everyNBatches } = this.#options;
    const takesDataset = this.#call.method === 'fitDataset';
    return {
      onEpochEnd: (epoch, logs) => this.#logMetrics(logs, '', epoch),
      ...(takesDataset && { onBatchBegin: (_batch, logs) => this.#noteBatchSize(logs) }),
      ...(everyNBatches !== undefined && {
        onBatchEnd: (_batch, logs) => {
          this.#batches += 1;
          if (this.#batches % everyNBatches !== 0) return;
          return this.#logMetrics(logs, 'batch_', this.#batches);
        },
      }),
    };
  }

  /** Queues the data that is known after the training: why it stopped, and the model. */
  end(history: TfjsHistory): void {
    const { model, args } = this.#call;
    const lastEpoch = history.epoch.at(-1) ?? 0;
    this.#attempt('early stopping', () => {
      const stopping = findEarlyStopping(args.callbacks);
      const epoch = stopping && stoppedEpoch(stopping, model.stopTraining === true);
      if (epoch === undefined) return;
      this.#queue.add('early stopping', () => this.#run.logMetric('stopped_epoch', epoch));
    });
    if (this.#options.logModels === false) return;
    const { registeredModelName } = this.#options;
    this.#queue.add('model', () =>
      logTfjsModel(model, {
        name: MODEL_NAME,
        run: this.#run,
        step: lastEpoch,
        ...(registeredModelName !== undefined && { registeredModelName }),
      }),
    );
  }

  /** Resolves when everything queued so far is written or reported. Never rejects. */
  written(): Promise<void> {
    return this.#queue.done();
  }

  async #logMetrics(logs: TfjsLogs, prefix: string, step: number): Promise<void> {
    // Copied before the first await, because TF.js may reuse the object.
    const entries = Object.entries(logs).filter(([key]) => !NOT_METRICS.has(key));
    const options = { step, timestampMs: Date.now() };
    const names = entries.map(([name]) => name);
    const keys = this.#keys.of(names, prefix);
    const metrics: Record<string, number> = {};
    for (const [place, [, value]] of entries.entries()) {
      try {
        const number = typeof value === 'number' ? value : (await value.data())[0];
        if (number !== undefined) metrics[keys[place] as string] = number;
      } catch (error) {
        this.#report(error, 'metrics');
      }
    }
    if (Object.keys(metrics).length === 0) return;
    this.#queue.add('metrics', () =>
      this.#all('metrics', metrics, (part) => this.#run.logMetrics(part, options)),
    );
  }

  /** Records the size of the first batch: a dataset does not declare the size of its batches. */
  #noteBatchSize(logs: TfjsLogs): void {
    const { size } = logs;
    if (this.#batchSizeIsKnown || typeof size !== 'number') return;
    this.#batchSizeIsKnown = true;
    this.#logParams({ batch_size: size });
  }

  #logParams(params: Readonly<Record<string, ParamValue>>): void {
    this.#queue.add('params', () =>
      this.#all('params', params, (part) => this.#run.logParams(part)),
    );
  }

  /** Logs all entries in one call. If the store refuses it because of one entry, logs each by itself. */
  async #all<Value>(
    stage: AutologStage,
    entries: Readonly<Record<string, Value>>,
    log: (part: Readonly<Record<string, Value>>) => Promise<unknown>,
  ): Promise<void> {
    try {
      await log(entries);
    } catch {
      for (const [key, value] of Object.entries(entries)) {
        await log({ [key]: value }).catch((error) => this.#report(error, stage));
      }
    }
  }

  #attempt(stage: AutologStage, note: () => void): void {
    try {
      note();
    } catch (error) {
      this.#report(error, stage);
    }
  }
}
