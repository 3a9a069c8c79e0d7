import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import {
  DEFAULT_EXPERIMENT_ID,
  deleteRun,
  ensureExperiment,
  MemoryStore,
  newRunId,
  purge,
  type RunId,
  renameExperiment,
  type Store,
} from '@tidemark/core';
import { collectGarbage, openFileStore, planGarbage } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import { liveFiles, rowsOfLake } from '../testing/lake-contents.ts';
import { withoutLake } from '../testing/without-lake.ts';
import { sealStore } from './seal-store.ts';

const BY = { name: 'ada', authenticated: false } as const;

interface Opened {
  readonly store: Store;
  readonly lake: string;
}

function newStore(): Opened {
  const folder = join(temporaryFolder(), 'store');
  return { store: openFileStore(folder), lake: join(folder, 'lake') };
}

async function endedRun(store: Store, experimentId = DEFAULT_EXPERIMENT_ID): Promise<RunId> {
  const runId = newRunId();
  await store.createRun({ runId, experimentId, name: 'r', userId: 'ada', startTimeMs: 1 });
  await store.append([
    { kind: 'params', run: runId, params: { lr: '0.1', note: 'ü' } },
    { kind: 'tags', run: runId, tags: { team: 'ice' } },
    { kind: 'metrics', run: runId, timeMs: 5, step: -1, metrics: { loss: 1, acc: Number.NaN } },
    { kind: 'metrics', run: runId, timeMs: 6, step: 2, metrics: { loss: 0.5 } },
    { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 7 },
  ]);
  return runId;
}

async function runsIn(lake: string, table = 'runs'): Promise<string[]> {
  const rows = await rowsOfLake(lake, table);
  return [...new Set(rows.map((row) => (JSON.parse(row) as { run_id: string }).run_id))].sort();
}

function dataFiles(lake: string, table: string): string[] {
  return readdirSync(join(lake, table)).filter((name) => name.endsWith('.parquet'));
}

/** The store as a user sees it who may read these runs. */
function onlyRuns(store: Store, runs: readonly RunId[]): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'runs') {
        return async (selection: Parameters<Store['runs']>[0]) =>
          (await target.runs(selection)).filter(({ runId }) => runs.includes(runId));
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('sealStore', () => {
  it('puts the runs that have ended into tables, and adds those that end later', async () => {
    const { store, lake } = newStore();
    const first = await endedRun(store);
    const active = newRunId();
    const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
    await store.createRun({ ...draft, runId: active });
    const report = await sealStore({ store });
    expect(report).toMatchObject({ seal: 1, isChanged: true, sealedRuns: 1, points: 3 });
    expect(await runsIn(lake)).toEqual([first]);
    await store.append([{ kind: 'run-updated', run: active, status: 'FAILED', endTimeMs: 9 }]);
    expect(await sealStore({ store })).toMatchObject({ seal: 2, sealedRuns: 1, replacedRuns: 0 });
    expect(await runsIn(lake)).toEqual([first, active].sort());
    const [params] = await rowsOfLake(lake, 'params');
    expect(JSON.parse(params as string)).toEqual({
      ...{ experiment_id: '0', run_id: first, key: 'lr', value: '0.1' },
    });
    await store.close();
  });

  it('writes nothing if nothing has changed', async () => {
    const { store, lake } = newStore();
    await endedRun(store);
    await sealStore({ store });
    const before = readdirSync(lake, { recursive: true });
    expect(await sealStore({ store })).toMatchObject({ isChanged: false, bytesWritten: 0 });
    expect(readdirSync(lake, { recursive: true })).toEqual(before);
    await store.close();
  });

  it('replaces a run that has changed, removes one that was resumed, and keeps the others', async () => {
    const { store, lake } = newStore();
    const [changed, resumed, kept] = [
      await endedRun(store),
      await endedRun(store),
      await endedRun(store),
    ];
    await sealStore({ store });
    const late = {
      kind: 'metrics',
      run: changed,
      timeMs: 5,
      step: 0,
      metrics: { late: 1 },
    } as const;
    await store.append([late, { kind: 'run-updated', run: resumed, status: 'RUNNING' }]);
    const report = await sealStore({ store });
    expect(report).toMatchObject({ sealedRuns: 0, replacedRuns: 1, removedRuns: 1, points: 4 });
    for (const table of ['runs', 'params', 'tags', 'metrics']) {
      expect([table, await runsIn(lake, table)]).toEqual([table, [changed, kept].sort()]);
    }
    expect(await rowsOfLake(lake, 'metrics')).toHaveLength(7);
    await store.close();
  });

  it('replaces only the row of a run whose experiment was renamed, and that of a deleted one', async () => {
    const { store, lake } = newStore();
    const { experimentId } = await ensureExperiment(store, 'before');
    const run = await endedRun(store, experimentId);
    await endedRun(store);
    await sealStore({ store });
    const points = dataFiles(lake, 'metrics');
    await renameExperiment(store, experimentId, 'after');
    await sealStore({ store });
    expect(dataFiles(lake, 'metrics')).toEqual(points);
    const names = (await rowsOfLake(lake, 'runs')).map((row) => JSON.parse(row).experiment_name);
    expect(names.sort()).toEqual(['Default', 'after']);
    await deleteRun(store, run);
    await sealStore({ store });
    const stages = (await rowsOfLake(lake, 'runs')).map((row) => JSON.parse(row).lifecycle_stage);
    expect(stages.sort()).toEqual(['active', 'deleted']);
    await store.close();
  });

  it('writes only what is different of a run that has changed, also after a clean-up moved its events', async () => {
    const { store, lake } = newStore();
    const [run, other] = [await endedRun(store), await endedRun(store)];
    await sealStore({ store });
    const tables = ['params', 'metrics', 'tags', 'runs'] as const;
    const before = tables.map((table) => dataFiles(lake, table).length);
    await store.append([{ kind: 'tags', run, tags: { a: '1' } }]);
    expect(await sealStore({ store })).toMatchObject({ replacedRuns: 1, points: 0 });
    expect(tables.map((table) => dataFiles(lake, table).length)).toEqual([1, 1, 2, 2]);
    expect(before).toEqual([1, 1, 1, 1]);
    await purge(store, { run: other, part: 'param', key: 'note' }, { by: BY });
    await store.close();
    const folder = join(lake, '..');
    await sealStore({ store: folder });
    const points = await liveFiles(lake, 'metrics');
    await collectGarbage(await planGarbage(folder), { by: BY });
    expect(await sealStore({ store: folder })).toMatchObject({ replacedRuns: 2, points: 0 });
    expect(await liveFiles(lake, 'metrics')).toEqual(points);
    expect(await runsIn(lake)).toHaveLength(2);
  });

  it('merges small files when there are many', async () => {
    const { store, lake } = newStore();
    for (let seal = 1; seal <= 12; seal += 1) {
      await endedRun(store);
      await sealStore({ store });
    }
    for (const table of ['runs', 'metrics']) {
      expect([table, (await liveFiles(lake, table)).length < 9]).toEqual([table, true]);
    }
    expect(await runsIn(lake, 'metrics')).toHaveLength(12);
    expect(readdirSync(join(lake, 'metrics', '_delta_log'))).toContain('_last_checkpoint');
    await store.close();
  });

  it('deletes files of earlier versions after a week, and those of a purge at once', async () => {
    const { store, lake } = newStore();
    const [changed, purged] = [await endedRun(store), await endedRun(store)];
    await sealStore({ store });
    const [first] = dataFiles(lake, 'metrics') as [string];
    const late = (step: number) =>
      ({ kind: 'metrics', run: changed, timeMs: 5, step, metrics: { late: 1 } }) as const;
    await store.append([late(1)]);
    expect((await sealStore({ store })).filesDeleted).toBe(0);
    expect(dataFiles(lake, 'metrics')).toContain(first);
    utimesSync(join(lake, 'metrics', first), 1, 1);
    await store.append([late(2)]);
    expect((await sealStore({ store })).filesDeleted).toBe(1);
    expect(dataFiles(lake, 'metrics')).not.toContain(first);
    await purge(store, { run: purged }, { by: BY });
    await sealStore({ store });
    for (const table of ['runs', 'params', 'tags', 'metrics']) {
      expect([table, dataFiles(lake, table).length]).toEqual([table, 1]);
      const log = readdirSync(join(lake, table, '_delta_log')).filter((name) =>
        name.endsWith('.json'),
      );
      expect([table, log.length]).toEqual([table, 1]);
      const text = readFileSync(join(lake, table, '_delta_log', log[0] as string), 'utf8');
      expect([table, text.includes(purged)]).toEqual([table, false]);
    }
    await store.close();
  });

  it('works while other seals and processes work on the same store', async () => {
    const { store, lake } = newStore();
    await endedRun(store);
    const others = [store, openFileStore(join(lake, '..')), openFileStore(join(lake, '..'))];
    const work = others.map(async (one) => {
      for (let round = 0; round < 3; round += 1) {
        const run = await endedRun(one);
        if (round === 1) await purge(one, { run }, { by: BY });
        await sealStore({ store: one });
        const answers = async (asked: Store): Promise<unknown> => {
          const session = await openQuery({ store: asked, threads: 1 });
          const { rows } = await session.query(
            `SELECT count(*) AS n FROM metrics WHERE run_id = '${run}'`,
          );
          await session.close();
          return rows;
        };
        expect(await answers(one)).toEqual(await answers(withoutLake(one)));
      }
    });
    await Promise.all(work);
    await sealStore({ store });
    expect(await runsIn(lake, 'metrics')).toHaveLength(1 + 3 * 2);
    expect(await rowsOfLake(lake, 'metrics')).toHaveLength(3 * 7);
    expect((await sealStore({ store })).isChanged).toBe(false);
    expect(readdirSync(lake).filter((name) => name.startsWith('.'))).toEqual([]);
    for (const one of others) await one.close();
  });

  it('needs a folder', async () => {
    await expect(sealStore({ store: new MemoryStore() })).rejects.toMatchObject({
      code: 'STORE_URI_UNSUPPORTED',
    });
    await expect(sealStore({ store: join(temporaryFolder(), 'none') })).rejects.toMatchObject({
      code: 'STORE_NOT_FOUND',
    });
  });

  it('makes tables without rows for a store without runs', async () => {
    const { store, lake } = newStore();
    await ensureExperiment(store, 'empty');
    expect(await sealStore({ store })).toMatchObject({ seal: 1, sealedRuns: 0 });
    expect(existsSync(join(lake, 'registry_events', '_delta_log'))).toBe(true);
    expect(await rowsOfLake(lake, 'metrics')).toEqual([]);
    await store.close();
  });
});

describe('a session', () => {
  it('over some runs of a store says nothing about the others, although the lake has them', async () => {
    const { store } = newStore();
    const [seen, hidden, changed] = [
      await endedRun(store),
      await endedRun(store),
      await endedRun(store),
    ];
    await sealStore({ store });
    await store.append([{ kind: 'tags', run: changed, tags: { a: '1' } }]);
    const some = onlyRuns(store, [seen, changed]);
    const session = await openQuery({ store: some, threads: 1 });
    const { rows } = await session.query('SELECT DISTINCT run_id FROM metrics ORDER BY ALL');
    expect(rows).toEqual([seen, changed].sort().map((run_id) => ({ run_id })));
    const { rows: tables } = await session.query(
      "SELECT schema_name || '.' || table_name AS name FROM duckdb_tables()",
    );
    for (const { name } of tables) {
      const { rows: all } = await session.query(`FROM ${name}`);
      expect([name, JSON.stringify(all).includes(hidden)]).toEqual([name, false]);
    }
    await session.close();
    await sealStore({ store: some });
    const whole = await openQuery({ store, threads: 1 });
    expect((await whole.query('SELECT DISTINCT run_id FROM metrics')).rows).toHaveLength(3);
    await whole.close();
    await store.close();
  });

  it('answers after a purge has deleted files that it was reading', async () => {
    const { store } = newStore();
    const [kept, purged] = [await endedRun(store), await endedRun(store)];
    await sealStore({ store });
    const session = await openQuery({ store, threads: 1 });
    const count = 'SELECT run_id, count(*) AS n FROM metrics GROUP BY ALL ORDER BY ALL';
    expect((await session.query(count)).rows).toHaveLength(2);
    await purge(store, { run: purged }, { by: BY });
    await sealStore({ store });
    expect((await session.query(count)).rows).toEqual([{ run_id: kept, n: 3 }]);
    await session.close();
    await store.close();
  });
});
