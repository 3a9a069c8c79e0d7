import type { Store } from '../port/store.ts';
import { historiesOfColumns } from './histories-of-columns.ts';

/** Everything that a reader can see of a store, to compare two stores or two moments. */
export async function wholeState(store: Store): Promise<unknown> {
  const runs = await store.runs({});
  const histories: Record<string, unknown> = {};
  // Only of some runs, because each history is read from the logs.
  for (const { runId, metrics } of runs.slice(0, 3)) {
    for (const key of Object.keys(metrics)) {
      histories[`${runId} ${key}`] = await store.metricHistory(runId, key);
    }
  }
  return {
    experiments: await store.experiments(),
    runs,
    loggedModels: await store.loggedModels({}),
    histories,
    // Of all runs, because one pass reads them.
    columns: Object.fromEntries((await historiesOfColumns(store)) ?? []),
    registry: await store.registry.list(),
  };
}

/** A state as JSON returns it: NaN and the infinities as text, `undefined` left out, -0 as text too. */
export function plainJson(state: unknown): unknown {
  return JSON.parse(
    JSON.stringify(state, (_, value: unknown) =>
      typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
        ? Object.is(value, -0)
          ? '-0'
          : String(value)
        : value,
    ),
  );
}
