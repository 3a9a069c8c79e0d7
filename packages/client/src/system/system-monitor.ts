import { type MetricPoint, planMetrics, type RunId, type StoreEvent } from '@tidemark/core';

/** Options of system metrics. */
export interface SystemMetricsOptions {
  /** Milliseconds between two samples. Default: 10,000. */
  readonly intervalMs?: number;
  /** The name of this machine in a distributed run: `system/<nodeId>/…`. Letters, digits, `_`, `.`, `-`. */
  readonly nodeId?: string;
}

/** Reads the machine. */
export interface SystemSampler {
  /** Starts readings that take longer. Their result is in the next sample. */
  prepare(): Promise<void>;
  /** Returns metrics under MLflow's names, without `system/`. */
  sample(): Readonly<Record<string, number>>;
}

/** The sources and targets of a monitor. */
export interface SystemMonitorParts {
  readonly runId: RunId;
  readonly sampler: SystemSampler;
  readonly options: SystemMetricsOptions;
  /** The step of the first sample. */
  readonly firstStep: number;
  append(events: readonly StoreEvent[]): Promise<void>;
  /** Called once for the first problem, because sampling never fails the run. */
  warn(message: string): void;
}

const PREFIX = 'system/';
const DEFAULT_INTERVAL_MS = 10_000;

/**
 * Logs system metrics of a run, one event for each sample, until it is stopped. It needs the event loop: while a
 * training step blocks it, there is no sample. It does not keep the process alive.
 */
export class SystemMonitor {
  readonly #parts: SystemMonitorParts;
  readonly #timer: ReturnType<typeof setInterval>;
  #step: number;
  #isBusy = false;
  #hasSampled = false;
  #hasWarned = false;
  #isStopped = false;

  /** Starts to sample. */
  constructor(parts: SystemMonitorParts) {
    this.#parts = parts;
    this.#step = parts.firstStep;
    const intervalMs = parts.options.intervalMs ?? DEFAULT_INTERVAL_MS;
    this.#timer = setInterval(() => void this.#tick(), intervalMs);
    // A browser's timer is a number.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  /** Stops sampling. Returns a sample if the run has no other, so that a short run has one too. */
  stop(): StoreEvent[] {
    if (this.#isStopped) return [];
    this.#isStopped = true;
    clearInterval(this.#timer);
    return this.#hasSampled ? [] : this.#sample();
  }

  async #tick(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#parts.sampler.prepare();
      if (this.#isStopped) return;
      const events = this.#sample();
      if (events.length > 0) await this.#parts.append(events);
    } catch (error) {
      this.#warn(error);
    } finally {
      this.#isBusy = false;
    }
  }

  #sample(): StoreEvent[] {
    const { runId, sampler, options } = this.#parts;
    const prefix = options.nodeId === undefined ? PREFIX : `${PREFIX}${options.nodeId}/`;
    try {
      const metrics = Object.entries(sampler.sample()).map(([name, value]): [string, number] => [
        prefix + name,
        value,
      ]);
      const event = planMetrics(runId, Object.fromEntries(metrics), { step: this.#step });
      this.#step += 1;
      this.#hasSampled = true;
      return [event];
    } catch (error) {
      this.#warn(error);
      return [];
    }
  }

  #warn(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#parts.warn(
      `System metrics of the run ${this.#parts.runId} could not be logged: ${String(error)}`,
    );
  }
}

/** Returns the step after the last system metrics of a resumed run. */
export function nextSystemStep(metrics: Readonly<Record<string, MetricPoint>>): number {
  const steps = Object.values(metrics)
    .filter(({ key }) => key.startsWith(PREFIX))
    .map(({ step }) => step);
  return steps.length === 0 ? 0 : Math.max(...steps) + 1;
}
