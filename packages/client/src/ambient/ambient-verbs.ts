import { TidemarkError } from '@tidemark/core';
import type { ActiveRun } from '../run/active-run.ts';

/** The methods of a run that can be called without it, on the run that is open here. */
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
 * The methods of `ActiveRun` as functions that log to the ambient run, as MLflow's fluent API does, and
 * `endRun`, which ends it. Each rejects with NO_ACTIVE_RUN when no run is open here.
 */
export type AmbientVerbs = Pick<ActiveRun, (typeof VERBS)[number]> & {
  readonly endRun: ActiveRun['end'];
};

/** Makes the functions; `activeRun` finds the run at the moment of each call. */
export function ambientVerbs(activeRun: () => ActiveRun | undefined): AmbientVerbs {
  const call = (method: (typeof VERBS)[number] | 'end') => {
    // The methods differ in their parameters; their own types are those of AmbientVerbs.
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
    `${name} logs to the run that is open here, and none is. Start one with startRun() first.`,
  );
}
