import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  DEFAULT_EXPERIMENT_ID,
  type ExperimentId,
  experimentIdFromName,
  isTidemarkError,
  purge,
  type RunId,
  type Store,
  type StoreEvent,
} from '@tidemark/core';
import { collectGarbage, openFileStore, planGarbage, refreshIndex } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import { rowsOfLake } from '../testing/lake-contents.ts';
import { withoutLake } from '../testing/without-lake.ts';
import { sealStore } from './seal-store.ts';

// A lake changes no answer, whatever is done to the store and when it is sealed. After a seal, its tables have exactly the
// rows of the runs that have ended, and no file in it has a byte of what was purged.

const RUNS = ['0', '5', 'f'].map((digit) => digit.repeat(32)) as RunId[];
const EXPERIMENTS = [DEFAULT_EXPERIMENT_ID, experimentIdFromName('doomed')] as ExperimentId[];
const BY = { name: 'ada', authenticated: false } as const;
/** A key that is only used for what is then purged. */
const LEAKED = 'leaked-secret';

const run = fc.constantFrom(...RUNS);
const experiment = fc.constantFrom(...EXPERIMENTS);
const key = fc.constantFrom('loss', 'val: a/b', LEAKED);
const value = fc.constantFrom(0, -0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY);
const status = fc.constantFrom('RUNNING' as const, 'FINISHED' as const, 'FINISHED' as const);
const stage = fc.constantFrom('active' as const, 'deleted' as const);

const event = fc.oneof(
  fc.record({ kind: fc.constant('run-updated'), run, status }),
  fc.record({ kind: fc.constant('run-updated'), run, stage }),
  fc.record({ kind: fc.constant('experiment-updated'), experiment, timeMs: fc.constant(2), stage }),
  fc.tuple(run, key, value, fc.nat({ max: 3 })).map(([id, name, each, step]) => ({
    kind: 'metrics',
    run: id,
    timeMs: 5,
    step,
    metrics: { [name]: each },
  })),
  fc
    .tuple(run, key)
    .map(([id, name]) => ({ kind: 'params', run: id, params: { [name]: `'); drop ${name}` } })),
  fc
    .tuple(run, key)
    .map(([id, name]) => ({ kind: 'tags', run: id, tags: { [name]: `'); drop ${name}` } })),
) as fc.Arbitrary<StoreEvent>;

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ create: run, experiment }) },
  { weight: 12, arbitrary: fc.record({ append: event }) },
  { weight: 1, arbitrary: fc.record({ purgeRun: run }) },
  { weight: 1, arbitrary: fc.constant({ purgeExperiment: EXPERIMENTS[1] as ExperimentId }) },
  {
    weight: 2,
    arbitrary: fc.record({ purgeFrom: run, part: fc.constantFrom('param', 'tag', 'metric') }),
  },
  { weight: 5, arbitrary: fc.constantFrom('seal' as const, 'compare' as const) },
  { weight: 1, arbitrary: fc.constantFrom('index' as const, 'no index' as const, 'gc' as const) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

it('changes no answer, and has exactly the ended runs after a seal', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }),
      async (steps) => {
        const folder = join(temporaryFolder(), 'store');
        const store = openFileStore(folder);
        await store.createExperiment({ name: 'doomed', creationTimeMs: 1 });
        for (const one of steps) await perform(store, folder, one);
        await expectSame(store);
        await perform(store, folder, 'seal');
        await expectSame(store);
        await store.close();
      },
    ),
    { numRuns: Number(process.env.TIDEMARK_LAKE_LAW_RUNS ?? 8), endOnFailure: true },
  );
});

async function perform(store: Store, folder: string, one: Step): Promise<void> {
  try {
    await attempt(store, folder, one);
  } catch (error) {
    // A store refuses what is said about purged or deleted things.
    if (!isTidemarkError(error) || error.code.startsWith('LAKE_')) throw error;
  }
}

async function attempt(store: Store, folder: string, one: Step): Promise<void> {
  if (one === 'seal') {
    await sealStore({ store });
    await expectSealed(store, join(folder, 'lake'));
  } else if (one === 'compare') await expectSame(store);
  else if (one === 'index') await refreshIndex(folder);
  else if (one === 'no index') rmSync(join(folder, 'index'), { recursive: true, force: true });
  else if (one === 'gc') await collectGarbage(await planGarbage(folder), { by: BY });
  else if ('append' in one) await store.append([one.append]);
  else if ('purgeRun' in one) await purge(store, { run: one.purgeRun }, { by: BY });
  else if ('purgeExperiment' in one) {
    await purge(store, { experiment: one.purgeExperiment }, { by: BY });
  } else if ('purgeFrom' in one) {
    const part = one.part as 'param' | 'tag' | 'metric';
    await purge(store, { run: one.purgeFrom, part, key: LEAKED }, { by: BY });
  } else {
    const { create: runId, experiment: experimentId } = one;
    await store.createRun({ runId, experimentId, name: 'r', userId: 'u', startTimeMs: 1 });
  }
}

const QUESTIONS = [
  'SELECT *, epoch_us(timestamp) FROM metrics ORDER BY ALL',
  'FROM best_metrics ORDER BY ALL',
  'SELECT r.status, m.key, count(*), max(m.step) FROM runs r JOIN metrics m USING (run_id) GROUP BY ALL ORDER BY ALL',
  "SELECT count(*) FROM metrics WHERE key = 'val: a/b'",
];

async function answers(store: Store): Promise<unknown> {
  const session = await openQuery({ store, threads: 1 });
  try {
    const found: unknown[] = [];
    for (const sql of QUESTIONS) found.push((await session.query(sql)).rows);
    expect(session.lakeProblem).toBeUndefined();
    return found;
  } finally {
    await session.close();
  }
}

async function expectSame(store: Store): Promise<void> {
  expect(await answers(store)).toEqual(await answers(withoutLake(store)));
}

const ENDED =
  "SELECT * FROM runs WHERE status NOT IN ('RUNNING', 'SCHEDULED') AND lost_reason IS NULL";

/** Compares the latest versions of the tables, as another engine sees them, with SQL over the store. */
async function expectSealed(store: Store, lake: string): Promise<void> {
  const session = await openQuery({ store: withoutLake(store), threads: 1 });
  try {
    for (const table of ['params', 'tags', 'metrics'] as const) {
      const { rows } = await session.query(`
        SELECT experiment_id, t.* FROM ${table} t JOIN (${ENDED}) e USING (run_id)`);
      const sealed = (await rowsOfLake(lake, table)).map((row) => JSON.parse(row));
      expect([table, normal(sealed)]).toEqual([table, normal(rows)]);
    }
    const { rows } = await session.query(`SELECT * EXCLUDE (lost_reason) FROM (${ENDED})`);
    const sealed = (await rowsOfLake(lake, 'runs')).map((row) => JSON.parse(row));
    expect(normal(sealed)).toEqual(normal(rows));
  } finally {
    await session.close();
  }
  await expectNothingPurged(store, lake);
}

/** Rows without what differs in form only. */
function normal(rows: readonly Record<string, unknown>[]): string[] {
  return rows
    .map(({ sealed_state: _, timestamp, start_time, end_time, ...row }) =>
      JSON.stringify(
        Object.entries(row)
          .map(([name, cell]) => [name, cell === null ? null : String(cell)])
          .sort(),
      ),
    )
    .sort();
}

/** No file of the lake, nor its log, has a key of which everything was purged. */
async function expectNothingPurged(store: Store, lake: string): Promise<void> {
  const isUsed = (await store.runs({})).some(({ params, tags, metrics }) =>
    [params, tags, metrics].some((record) => Object.hasOwn(record, LEAKED)),
  );
  if (isUsed) return;
  for (const name of readdirSync(lake, { recursive: true }) as string[]) {
    const file = join(lake, name);
    if (!statSync(file).isFile()) continue;
    if (name.endsWith('.json') || name.endsWith('_last_checkpoint')) {
      expect([name, readFileSync(file, 'latin1').includes(LEAKED)]).toEqual([name, false]);
    } else if (name.endsWith('.parquet')) {
      expect([name, (await keysIn(file)).includes(LEAKED)]).toEqual([name, false]);
    }
  }
}

async function keysIn(file: string): Promise<string> {
  const { rowsOf } = await import('../testing/lake-contents.ts');
  return (await rowsOf(`FROM read_parquet('${file}')`)).join('\n');
}
