import { startRun } from '@tidemark/client';
import { MemoryStore } from '@tidemark/core';
import { expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';

async function sessionOver(
  experiments: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>,
) {
  const store = new MemoryStore();
  for (const [experiment, runs] of Object.entries(experiments)) {
    for (const [index, params] of runs.entries()) {
      const options = { store, environment: false, experiment, name: `${experiment} ${index}` };
      await startRun(options, async (run) => {
        await run.logParams(params as Record<string, string>);
        await run.logMetric('loss', index, { step: 0 });
        await run.logMetric('loss', index / 2, { step: 1 });
      });
    }
  }
  const session = await openQuery({ store });
  const types = async (sql: string) =>
    Object.fromEntries((await session.query(sql)).columns.map(({ name, type }) => [name, type]));
  return { session, types };
}

it('runs_wide gives each param the narrowest type that fits all its values', async () => {
  const { session, types } = await sessionOver({
    e: [
      { lr: '0.1', seed: '42', mixed: '1', amp: 'True', code: '007', big: '9007199254740993' },
      { lr: 'nan', seed: '-7', mixed: 'one', amp: 'false', code: '8', late: '2' },
    ],
  });
  expect(await types("SELECT COLUMNS('params.*|metrics.*') FROM runs_wide('e')")).toEqual({
    'params.amp': 'BOOLEAN',
    'params.big': 'VARCHAR',
    'params.code': 'VARCHAR',
    'params.late': 'BIGINT',
    'params.lr': 'DOUBLE',
    'params.mixed': 'VARCHAR',
    'params.seed': 'BIGINT',
    'metrics.loss': 'DOUBLE',
  });
  const { rows } = await session.query(
    `SELECT name, "params.lr" AS lr, "params.amp" AS amp, "params.late" AS late, "metrics.loss" AS loss
     FROM runs_wide('e') ORDER BY name`,
  );
  expect(rows).toEqual([
    { name: 'e 0', lr: 0.1, amp: true, late: null, loss: 0 },
    { name: 'e 1', lr: Number.NaN, amp: false, late: 2, loss: 0.5 },
  ]);
  await session.close();
});

it('runs_wide distinguishes experiments and params whose names differ only in case', async () => {
  const { session, types } = await sessionOver({ a: [{ lr: '1', LR: '2' }], A: [{ b: '1' }] });
  const columns = "COLUMNS('params.*')";
  expect(await types(`SELECT ${columns} FROM runs_wide('a')`)).toEqual({
    'params.LR': 'BIGINT',
    'params.lr:1': 'BIGINT',
  });
  expect(await types(`SELECT ${columns} FROM runs_wide('A')`)).toEqual({ 'params.b': 'BIGINT' });
  await session.close();
});

it('runs_wide reads several experiments in one query, also in parallel, in a PIVOT and with any name', async () => {
  const odd = `it's "5" × ü`;
  const { session } = await sessionOver({ one: [{ x: '1' }, { x: '2' }], [odd]: [{ x: '3' }] });
  const quoted = `'${odd.replaceAll("'", "''")}'`;
  const both = `SELECT "params.x" AS x FROM RUNS_WIDE('one') UNION SELECT "params.x" FROM runs_wide(${quoted}) ORDER BY x`;
  const results = await Promise.all([1, 2, 3].map(() => session.query(both)));
  for (const { rows } of results) expect(rows.map(({ x }) => x)).toEqual([1, 2, 3]);
  const pivoted = await session.query(
    `PIVOT (SELECT "params.x" AS x, name FROM runs_wide(${quoted})) ON name USING first(x)`,
  );
  expect(pivoted.rows).toEqual([{ [`${odd} 0`]: 3 }]);
  const { rows } = await session.query(
    `SELECT count(*) AS points FROM metrics SEMI JOIN runs_wide('one') USING (run_id)`,
  );
  expect(rows).toEqual([{ points: 4 }]);
  await session.close();
});

it('runs_wide refuses an experiment that does not exist, and a name that is not a string literal', async () => {
  const { session } = await sessionOver({ e: [{ x: '1' }] });
  const failure = (sql: string, parameters?: readonly string[]) =>
    expect(session.query(sql, parameters)).rejects;
  await failure("FROM runs_wide('nope')").toMatchObject({
    code: 'SQL_INVALID',
    message: 'There is no experiment with the name "nope". The experiments are: "Default", "e".',
  });
  const unnamed = { code: 'SQL_INVALID', message: expect.stringContaining("runs_wide('Default')") };
  await failure('FROM runs_wide($1)', ['e']).toMatchObject(unnamed);
  await failure('FROM runs_wide(5)').toMatchObject(unnamed);
  await failure("FROM runs_wide('e', 'e')").toMatchObject(unnamed);
  await failure('FROM runs_wide()').toMatchObject(unnamed);
  await failure("FROM query_table('runs')").toMatchObject({ code: 'SQL_FORBIDDEN' });
  await session.close();
});

it('runs_wide has no rows for an experiment without runs', async () => {
  const { session } = await sessionOver({});
  expect((await session.query("FROM runs_wide('Default')")).rows).toEqual([]);
  await session.close();
});
