import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { deleteExperiment, deleteRun, purge } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { querySql } from '../open-query.ts';

const ADA = { name: 'ada', authenticated: false } as const;

it('runs has deleted runs and the runs of deleted experiments, as deleted', async () => {
  const store = await openStore(join(temporaryFolder(), 'store'));
  const log = (name: string, experiment: string) =>
    startRun({ store, name, experiment, environment: false }, async (run) => run.runId);
  await log('kept', 'penguins');
  await deleteRun(store, await log('deleted', 'penguins'));
  await log('hidden', 'birds');
  const birds = (await store.experiments()).find(({ name }) => name === 'birds');
  if (birds === undefined) throw new Error('no experiment');
  await deleteExperiment(store, birds.experimentId);
  const sql = 'SELECT name, lifecycle_stage AS stage, lost_reason FROM runs ORDER BY name';
  expect((await querySql(sql, { store, threads: 1 })).rows).toEqual([
    { name: 'deleted', stage: 'deleted', lost_reason: null },
    { name: 'hidden', stage: 'deleted', lost_reason: null },
    { name: 'kept', stage: 'active', lost_reason: null },
  ]);
});

it('purged_parts shows who purged what, and no table has the content', async () => {
  const store = await openStore(join(temporaryFolder(), 'store'));
  const secret = 'hunter2';
  const runId = await startRun({ store, name: 'leaky', environment: false }, async (run) => {
    await run.logParams({ password: secret, lr: 0.1 });
    await run.setTags({ note: secret });
    return run.runId;
  });
  const whole = await startRun({ store, name: secret, environment: false }, async (run) => {
    await run.logMetrics({ loss: 1 });
    return run.runId;
  });
  await purge(store, { run: runId, part: 'param', key: 'password' }, { by: ADA, reason: 'leaked' });
  await purge(store, { run: runId, part: 'tag', key: 'note' }, { by: ADA });
  await purge(store, { run: whole }, { by: ADA });
  const ask = async (sql: string) => (await querySql(sql, { store, threads: 1 })).rows;
  expect(
    await ask('SELECT run_id, part, key, purged_by, reason FROM purged_parts ORDER BY part'),
  ).toEqual([
    { run_id: runId, part: 'param', key: 'password', purged_by: 'ada', reason: 'leaked' },
    { run_id: runId, part: 'tag', key: 'note', purged_by: 'ada', reason: null },
  ]);
  expect(await ask('SELECT key FROM params')).toEqual([{ key: 'lr' }]);
  expect(await ask('SELECT name FROM runs')).toEqual([{ name: 'leaky' }]);
  expect(await ask('SELECT count(*) AS n FROM metrics')).toEqual([{ n: 0 }]);
  expect(await ask(`SELECT count(*) AS n FROM tags WHERE value = '${secret}'`)).toEqual([{ n: 0 }]);
});
