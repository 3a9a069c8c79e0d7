import { openStore } from '@tidemark/client';
import type { Run } from '@tidemark/core';

/** The runs of a store, the oldest first. */
export async function recordedRuns(folder: string): Promise<Run[]> {
  return (await (await openStore(folder)).runs({})).reverse();
}

/** The only run of a store. */
export async function onlyRun(folder: string): Promise<Run> {
  const runs = await recordedRuns(folder);
  const [run] = runs;
  if (run === undefined || runs.length > 1) throw new Error(`The store has ${runs.length} runs.`);
  return run;
}

/** The points of a metric as `[step, value]`. */
export async function history(folder: string, run: Run, key: string): Promise<[number, number][]> {
  const points = await (await openStore(folder)).metricHistory(run.runId, key);
  return points.map(({ step, value }) => [step, value]);
}
