import {
  assertOptionNames,
  assertOptions,
  assertRecord,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import type { SystemMetricsOptions } from '../system/system-monitor.ts';

/** Options of `startRun`. */
export interface StartRunOptions {
  /** A store or its address. Default: the store of `openStore()`. */
  readonly store?: Store | string;
  /** The name of the experiment, which is created if it is new. Default: that of the parent, or `Default`. */
  readonly experiment?: string;
  /** The id of an existing experiment. */
  readonly experimentId?: string;
  /** The id of a run to resume. Without it a new run is created. */
  readonly runId?: string;
  /**
   * Joins the run `runId`, which another process owns. The run keeps its status: `end`, the end of this process, a
   * signal or an uncaught exception end only this handle (docs/distributed-training.md). Default false.
   */
  readonly join?: boolean;
  /** The name of the run. Default: two words and a number. */
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether this run may start inside an active one, as its child. Default false. */
  readonly nested?: boolean;
  /**
   * Whether to record git commit, packages and machine as tags and `environment.json`, and the uncommitted changes
   * as `uncommitted.patch`. Default true. `{ patch: false }` leaves out only the patch.
   */
  readonly environment?: boolean | EnvironmentOptions;
  /**
   * Whether to log the use of the machine under MLflow's names (`system/cpu_utilization_percentage` …), every ten
   * seconds. Default: the value of TIDEMARK_SYSTEM_METRICS or MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING (`true` or `1`),
   * otherwise false. Node only.
   */
  readonly systemMetrics?: boolean | SystemMetricsOptions;
}

/** Parts of the environment to record. */
export interface EnvironmentOptions {
  /** Whether to record the uncommitted changes of the working tree in `uncommitted.patch`. Default true. */
  readonly patch?: boolean;
}

const MAX_INTERVAL_MS = 2 ** 31 - 1;

/**
 * Checks the options of a call from plain JavaScript, where a misspelt option would go unnoticed.
 * @throws INVALID_ARGUMENT
 */
export function assertStartRunOptions(options: unknown): asserts options is StartRunOptions {
  assertOptions(options as StartRunOptions, 'startRun', {
    store: 'any',
    experiment: 'string?',
    experimentId: 'string?',
    runId: 'string?',
    join: 'boolean?',
    name: 'string?',
    tags: 'record?',
    nested: 'boolean?',
    environment: 'any',
    systemMetrics: 'any',
  });
  const { environment, systemMetrics, join, runId } = options as StartRunOptions;
  if (join === true && runId === undefined) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'The option join of startRun was given without runId. Give runId, the id of the run to join.',
    );
  }
  assertSwitch('environment', environment, ['patch']);
  assertSwitch('systemMetrics', systemMetrics, ['intervalMs', 'nodeId']);
  if (typeof systemMetrics === 'object') assertSystemMetrics(systemMetrics);
}

/** Checks the options of system metrics. @throws INVALID_ARGUMENT */
export function assertSystemMetrics(options: SystemMetricsOptions): void {
  assertOptions(options, 'systemMetrics', { intervalMs: 'number?', nodeId: 'string?' });
  const { intervalMs = 1, nodeId = 'x' } = options;
  if (!(intervalMs >= 1 && intervalMs <= MAX_INTERVAL_MS)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `System metrics cannot be sampled every ${intervalMs} ms. Give a number of milliseconds, such as 10000.`,
    );
  }
  if (typeof nodeId !== 'string' || !/^[\w.-]{1,100}$/.test(nodeId)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The node id ${JSON.stringify(nodeId)} cannot be part of a metric's name. Use letters, digits, "_", "." and "-".`,
    );
  }
}

function assertSwitch(option: string, value: unknown, names: readonly string[]): void {
  if (value === undefined || typeof value === 'boolean') return;
  assertRecord(value, `The option ${option} of startRun, when it is neither true nor false,`);
  assertOptionNames(value, `The option ${option} of startRun`, names);
}
