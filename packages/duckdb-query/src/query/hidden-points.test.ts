import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startRun } from '@tidemark/client';
import { purge, type RunId, type Store } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { sealStore } from '../lake/seal-store.ts';
import { openQuery } from '../open-query.ts';
import { withoutLake } from '../testing/without-lake.ts';
import type { QuerySession } from './query-session.ts';

// The files of a lake also have points that a session must not show: of a run that was purged since the last seal, and,
// for a reader of a server, of experiments that they may not read.

const HIDDEN = 'zzz-hidden';

/** A store whose lake has the points of a purged run, and a part of the path of the file with them. */
async function lakeWithHiddenRun(): Promise<{ store: Store; stem: string }> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  onTestFinished(() => store.close());
  await logRun(store, 'loss');
  const hidden = await logRun(store, HIDDEN);
  await sealStore({ store });
  await purge(store, { run: hidden }, { by: { name: 'ada', authenticated: false } });
  const points = join(folder, 'lake', 'metrics');
  const file = readdirSync(points).find((name) => name.endsWith('.snappy.parquet')) as string;
  return { store, stem: join(points, file).slice(0, -'.snappy.parquet'.length) };
}

function logRun(store: Store, key: string): Promise<RunId> {
  return startRun({ store, environment: false }, async (run) => {
    for (let step = 0; step < 3; step += 1) await run.logMetrics({ [key]: step }, { step });
    return run.runId;
  });
}

async function sessionOn(store: Store): Promise<QuerySession> {
  const session = await openQuery({ store, threads: 1 });
  onTestFinished(() => session.close());
  return session;
}

async function codeOf(session: QuerySession, sql: string): Promise<string | undefined> {
  return session.query(sql).then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );
}

it('no spelling of the name of a file reads it', async () => {
  const { store, stem } = await lakeWithHiddenRun();
  const session = await sessionOn(store);
  await session.query('SELECT count(*) FROM metrics');
  const answers: Record<string, string | undefined> = {};
  for (const sql of [
    `FROM "${stem}.snappy".parquet`,
    `FROM "${stem}".snappy.parquet`,
    `FROM "${stem}"."snappy"."parquet"`,
    `DESCRIBE "${stem}.snappy".parquet`,
    `SUMMARIZE "${stem}".snappy.parquet`,
    `FROM (DESCRIBE "${stem}".snappy.parquet)`,
    `SELECT (SELECT max(key) FROM "${stem}.snappy"."parquet")`,
    `FROM E'${stem}.snappy.parqu\\x65t'`,
    `FROM '${stem}.snappy'\n'.parquet'`,
    `UNPIVOT "${stem}.snappy".parquet ON step`,
    `PIVOT "${stem}.snappy".parquet ON key IN ('loss') USING count(*)`,
    `PIVOT "${stem}.snappy".parquet ON key USING count(*)`,
    `PIVOT "${stem}.snappy"/**/."parquet" ON key USING count(*)`,
    `PIVOT '${stem}.snappy.parquet' ON key USING count(*)`,
    `PIVOT E'${stem}.snappy.parqu\\x65t' ON key USING count(*)`,
    `PIVOT '${stem}.snappy.parq'\n'uet' ON key USING count(*)`,
  ]) {
    const code = await codeOf(session, sql);
    if (code !== 'SQL_FORBIDDEN') answers[sql] = code;
  }
  expect(answers).toEqual({});
});

it('no function and no error tells about the points that the files have too', async () => {
  const { store } = await lakeWithHiddenRun();
  const session = await sessionOn(store);
  for (const sql of [
    'SELECT stats(key) FROM metrics',
    'SELECT (SELECT "STATS"(value) FROM metrics LIMIT 1)',
    `SELECT list_transform([1], x -> stats(x))`,
  ]) {
    expect([sql, await codeOf(session, sql)]).toEqual([sql, 'SQL_FORBIDDEN']);
  }
  for (const sql of [
    `SELECT count(*) AS n FROM metrics WHERE key <> 'loss' AND error(key) IS NULL`,
    `SELECT count(*) AS n FROM metrics WHERE key <> 'loss' AND key::INT > 0`,
    `SELECT count(*) AS n FROM metrics WHERE CASE WHEN key = 'loss' THEN false ELSE error(run_id) IS NULL END`,
    `SELECT count(*) AS n FROM metrics WHERE CASE WHEN key = 'loss' THEN false ELSE json_valid(from_base64(key)::VARCHAR) END`,
    `SELECT count(*) AS n FROM best_metrics WHERE key <> 'loss' AND error(key) IS NULL`,
  ]) {
    expect([sql, (await session.query(sql)).rows]).toEqual([sql, [{ n: 0 }]]);
  }
  for (const sql of ['SUMMARIZE metrics', 'FROM duckdb_tables()', 'FROM lake.points']) {
    expect(JSON.stringify((await session.query(sql)).rows, text)).not.toContain(HIDDEN);
  }
});

it('a PIVOT reads no file, and answers as without a lake', async () => {
  const { store } = await lakeWithHiddenRun();
  await logRun(store, 'late');
  const [sealed, plain] = [await sessionOn(store), await sessionOn(withoutLake(store))];
  for (const sql of [
    'PIVOT metrics ON key USING sum(value) GROUP BY run_id ORDER BY run_id',
    'PIVOT (SELECT r.status, m.key FROM metrics m JOIN runs r USING (run_id)) ON key USING count(*)',
    'PIVOT best_metrics ON key USING max(max_value) GROUP BY run_id ORDER BY run_id',
    'PIVOT latest_metrics ON key USING max(value) GROUP BY run_id ORDER BY run_id',
    'SELECT count(*) AS n FROM metrics',
  ]) {
    const [one, other] = [await sealed.query(sql), await plain.query(sql)];
    expect([sql, one.rows]).toEqual([sql, other.rows]);
    expect(JSON.stringify(one.columns)).not.toContain(HIDDEN);
  }
});

it('a text with a NUL is refused, because DuckDB would end there', async () => {
  const session = await sessionOn((await lakeWithHiddenRun()).store);
  for (const sql of [
    'SELECT 1 WHERE false \0 OR true',
    "SELECT 'a\0b'",
    'PIVOT params ON key USING count(*) \0 GROUP BY run_id',
  ]) {
    expect([sql, await codeOf(session, sql)]).toEqual([sql, 'SQL_INVALID']);
  }
  await expect(session.query('SELECT\n 1 \0')).rejects.toMatchObject({
    message: expect.stringContaining('NUL'),
    details: { line: 2, column: 4 },
  });
  const { rows } = await session.query('SELECT $1 = chr(97) || chr(0) AS same', ['a\0']);
  expect(rows).toEqual([{ same: true }]);
});

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
