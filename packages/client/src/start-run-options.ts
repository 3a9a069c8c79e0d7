import { type Store, TidemarkError } from '@tidemark/core';
import type { SystemMetricsOptions } from './system/system-monitor.ts';

/** How a run is started. */
export interface StartRunOptions {
  /** A store or its address. Default: as `openStore()` finds it. */
  readonly store?: Store | string;
  /** The experiment's name; it is created when it is new. Default: that of the parent, or `Default`. */
  readonly experiment?: string;
  /** The experiment's id; it has to exist. */
  readonly experimentId?: string;
  /** Resumes the run of this id instead of making a new one. */
  readonly runId?: string;
  /** Default: two words and a number. */
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Allows this run inside an open one, as its child. */
  readonly nested?: boolean;
  /**
   * Records git commit, packages and machine as tags and `environment.json`, and the uncommitted changes
   * as `uncommitted.patch`. Default true; `{ patch: false }` leaves out the patch alone.
   */
  readonly environment?: boolean | EnvironmentOptions;
  /**
   * Logs what the machine does, by MLflow's names (`system/cpu_utilization_percentage` …), every ten
   * seconds. Default: what TIDEMARK_SYSTEM_METRICS or MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING says
   * (`true` or `1`), else false. Node only.
   */
  readonly systemMetrics?: boolean | SystemMetricsOptions;
}

/** What of the environment is recorded. */
export interface EnvironmentOptions {
  /** The uncommitted changes of the working tree, in `uncommitted.patch`. Default true. */
  readonly patch?: boolean;
}

const OPTION_NAMES: ReadonlySet<string> = new Set([
  'store',
  'experiment',
  'experimentId',
  'runId',
  'name',
  'tags',
  'nested',
  'environment',
  'systemMetrics',
] satisfies (keyof StartRunOptions)[]);

const MAX_INTERVAL_MS = 2 ** 31 - 1;

/** Refuses what plain JavaScript hands in by mistake: a misspelt option would go unnoticed. @throws INVALID_ARGUMENT */
export function assertOptions(options: unknown): asserts options is StartRunOptions {
  const names = typeof options === 'object' && options !== null ? Object.keys(options) : undefined;
  const unknown = names?.find((name) => !OPTION_NAMES.has(name));
  if (names === undefined || unknown !== undefined) {
    const what = names === undefined ? `a ${typeof options}` : `the unknown option "${unknown}"`;
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `startRun was given ${what}. Its options are ${[...OPTION_NAMES].join(', ')}.`,
    );
  }
  const { environment, systemMetrics } = options as StartRunOptions;
  assertSwitch('environment', environment, ['patch']);
  assertSwitch('systemMetrics', systemMetrics, ['intervalMs', 'nodeId']);
  if (typeof systemMetrics === 'object') assertSystemMetrics(systemMetrics);
}

/** @throws INVALID_ARGUMENT */
export function assertSystemMetrics({ intervalMs = 1, nodeId = 'x' }: SystemMetricsOptions): void {
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
  const given = typeof value === 'object' && value !== null ? Object.keys(value) : undefined;
  if (given?.every((name) => names.includes(name))) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The option ${option} is true, false or an object with ${names.join(', ')}; ${JSON.stringify(value)} was given.`,
  );
}
