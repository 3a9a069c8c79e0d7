import { TidemarkError } from '@tidemark/core';
import type { ActiveRun } from '../run/active-run.ts';

/** The methods of a run that can be called without a run. They apply to the active run. */
const VERBS = [
  'logParam',
  'logParams',
  'logMetric',
  'logMetrics',
  'logMetricSeries',
  'setTag',
  'setTags',
  'logDataset',
  'logBytes',
  'logText',
  'logArtifact',
  'logArtifacts',
  'logArtifactReference',
  'logTable',
  'logImage',
  'logModel',
] as const;

/**
 * The methods of `ActiveRun` as functions that log to the active run, as in MLflow's fluent API, and `endRun`,
 * which ends it. Each rejects with NO_ACTIVE_RUN when no run is active.
 */
export type AmbientVerbs = Pick<ActiveRun, (typeof VERBS)[number]> & {
  readonly endRun: ActiveRun['end'];
};

/** Creates the functions. Each call finds the run with `activeRun`. */
export function ambientVerbs(activeRun: () => ActiveRun | undefined): AmbientVerbs {
  const call = (method: (typeof VERBS)[number] | 'end') => {
    // The methods have different parameters. AmbientVerbs has their types.
    return async (...args: unknown[]): Promise<unknown> => {
      const run = activeRun();
      if (run === undefined) throw noActiveRun(method);
      const verb = run[method] as (...args: unknown[]) => Promise<unknown>;
      return verb.apply(run, args);
    };
  };
  const verbs = VERBS.map((method) => [method, call(method)]);
  return Object.fromEntries([...verbs, ['endRun', call('end')]]) as AmbientVerbs;
}

function noActiveRun(method: string): TidemarkError {
  const name = method === 'end' ? 'endRun' : method;
  return new TidemarkError(
    'NO_ACTIVE_RUN',
    `${name} needs an active run, and no run is active here. Start one with startRun() first.`,
  );
}
