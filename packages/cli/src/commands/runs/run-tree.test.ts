import {
  DEFAULT_EXPERIMENT_ID,
  MemoryStore,
  PARENT_RUN_TAG,
  type Run,
  setRunTags,
} from '@tidemark/core';
import { expect, it } from 'vitest';
import { runTree } from './run-tree.ts';

/** Returns runs by name, newest first, each with the name of its parent. */
async function runsOf(parents: Readonly<Record<string, string | undefined>>): Promise<Run[]> {
  const store = new MemoryStore();
  const made = new Map<string, string>();
  for (const [at, name] of Object.keys(parents).reverse().entries()) {
    const run = await store.createRun({
      experimentId: DEFAULT_EXPERIMENT_ID,
      name,
      userId: 'ada',
      startTimeMs: at,
    });
    made.set(name, run.runId);
  }
  for (const run of await store.runs({})) {
    const parent = made.get(parents[run.name] ?? '');
    if (parent !== undefined) await setRunTags(store, run.runId, { [PARENT_RUN_TAG]: parent });
  }
  const runs = await store.runs({});
  return runs.sort((a, b) => b.startTimeMs - a.startTimeMs);
}

const drawn = (runs: readonly Run[]): string[] =>
  runTree(runs).map(({ run, depth }) => `${'  '.repeat(depth)}${run.name}`);

it('puts children after their parent, and keeps the order of each level', async () => {
  const parents = { grandchild: 'b', b: 'sweep', a: 'sweep', sweep: undefined, first: undefined };
  const runs = await runsOf(parents);
  expect(drawn(runs)).toEqual(['sweep', '  b', '    grandchild', '  a', 'first']);
  const withoutParent = runs.filter(({ name }) => name !== 'sweep');
  expect(drawn(withoutParent)).toEqual(['b', '  grandchild', 'a', 'first']);
});

it('keeps runs whose tags make them their own parents or each other’s', async () => {
  const runs = await runsOf({ x: 'y', y: 'x', own: 'own', plain: undefined });
  expect(drawn(runs)).toEqual(['plain', 'x', '  y', 'own']);
});

it('puts any number of trials after their sweep', async () => {
  const [sweep, trial] = await runsOf({ sweep: undefined, trial: 'sweep' });
  expect.assert(sweep !== undefined && trial !== undefined);
  const trials = Array.from({ length: 200_000 }, (_, at) => ({
    ...trial,
    runId: `trial-${at}` as Run['runId'],
  }));
  const tree = runTree([sweep, ...trials]);
  expect(tree).toHaveLength(1 + trials.length);
  expect(tree.at(-1)).toEqual({ run: trials.at(-1), depth: 1 });
});
