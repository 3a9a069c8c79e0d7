import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { sealStore } from '../lake/seal-store.ts';
import { openQuery } from '../open-query.ts';
import { fillSampleStore } from '../testing/sample-store.ts';
import type { QuerySession } from './query-session.ts';

// The test tries ways out of the store one after the other, on one session that must stay usable.

async function sessionBesideSecret(): Promise<{ session: QuerySession; folder: string }> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'secret.csv'), 'a,b\n1,2\n');
  writeFileSync(join(folder, 'secret.json'), '{"a":1}\n');
  mkdirSync(join(folder, 'out'));
  const store = openFileStore(join(folder, 'store'));
  await fillSampleStore(store);
  const session = await openQuery({ store, threads: 1 });
  onTestFinished(() => session.close());
  return { session, folder };
}

async function refusal(session: QuerySession, sql: string): Promise<string> {
  return session.query(sql).then(
    () => 'answered',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}

/** Statements that are not a query, or more than one. */
function otherStatements(folder: string): string[] {
  return [
    `COPY runs TO '${folder}/out/x.csv'`,
    `COPY (SELECT 1) TO '${folder}/out/x.parquet'`,
    `COPY runs FROM '${folder}/secret.csv'`,
    `ATTACH '${folder}/out/x.db'`,
    `ATTACH '${folder}/out/x.db' (READ_ONLY)`,
    `EXPORT DATABASE '${folder}/out'`,
    'INSTALL httpfs',
    'LOAD httpfs',
    'FORCE INSTALL httpfs',
    'SET threads = 1',
    'SET GLOBAL enable_external_access = true',
    'RESET lock_configuration',
    'SET VARIABLE x = 1',
    'PRAGMA database_list',
    'PRAGMA enable_profiling',
    'CALL pragma_version()',
    'CREATE TABLE x (i INT)',
    'CREATE OR REPLACE TABLE runs AS SELECT 1',
    'CREATE TEMP VIEW v AS SELECT 1',
    'CREATE MACRO m() AS 1',
    'CREATE TYPE t AS ENUM (SELECT run_id FROM runs)',
    "CREATE SECRET s (TYPE s3, KEY_ID 'x')",
    'INSERT INTO runs SELECT * FROM runs',
    'INSERT INTO runs SELECT * FROM runs RETURNING *',
    'UPDATE runs SET name = 1',
    'DELETE FROM runs',
    'TRUNCATE runs',
    'DROP TABLE runs',
    'ALTER TABLE runs RENAME TO r',
    "COMMENT ON TABLE runs IS 'x'",
    'USE memory',
    'BEGIN',
    'CHECKPOINT',
    'VACUUM',
    'ANALYZE',
    'PREPARE p AS SELECT 1',
    'EXECUTE p',
    'EXPLAIN SELECT 1',
    'EXPLAIN ANALYZE CREATE TABLE x (i INT)',
    'SELECT 1; SELECT 2',
    'SELECT 1; DROP TABLE runs',
    'SELECT 1 /* ; */ ; /* */ DROP TABLE runs -- ',
    "CREATE TYPE t AS ENUM ('a'); PIVOT latest_metrics ON key USING first(value)",
    "CREATE TABLE x AS SELECT 1; SELECT 'a'::__pivot_enum_x",
    'PIVOT latest_metrics ON key USING first(value); DROP TABLE runs',
    'DROP TABLE runs -- pivot',
    'EXPLAIN ANALYZE PIVOT latest_metrics ON key USING first(value)',
    'CREATE TABLE x AS PIVOT latest_metrics ON key USING first(value)',
  ];
}

/** Queries that try to reach something other than the tables. */
function reachingQueries(folder: string): string[] {
  const secret = `${folder}/secret.csv`;
  return [
    `FROM read_csv('${secret}')`,
    `FROM read_csv_auto('${secret}')`,
    `FROM main.read_csv('${secret}')`,
    `FROM "READ_CSV"/**/('${secret}')`,
    `FROM read_text('${secret}')`,
    `FROM read_blob('${folder}/*')`,
    `FROM read_json('${folder}/secret.json')`,
    `FROM read_ndjson_objects('${folder}/store/logs/*.jsonl')`,
    `FROM read_parquet('${secret}')`,
    `FROM parquet_metadata('${secret}')`,
    `FROM read_duckdb('${secret}')`,
    `FROM sniff_csv('${secret}')`,
    `FROM glob('${folder}/*')`,
    `SELECT (SELECT count(*) FROM glob('${folder}/*'))`,
    `WITH q AS (FROM read_text('${secret}')) FROM q`,
    `SELECT * FROM runs WHERE run_id IN (SELECT content FROM read_text('${secret}'))`,
    `SELECT * FROM runs, LATERAL (FROM read_text('${secret}'))`,
    `DESCRIBE FROM read_csv('${secret}')`,
    `SUMMARIZE FROM read_csv('${secret}')`,
    `FROM query('SELECT 1')`,
    `FROM query_table('met' || 'rics')`,
    `FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))`,
    `FROM enable_logging(storage = 'file', storage_path = '${folder}/out/log')`,
    `FROM enable_profiling(save_location = '${folder}/out/profile.txt')`,
    `FROM disable_profiling()`,
    `FROM truncate_duckdb_logs()`,
    `FROM checkpoint()`,
    `FROM duckdb_secrets()`,
    `FROM duckdb_settings()`,
    `SELECT write_log('x')`,
    `PIVOT (FROM read_csv('${secret}')) ON a USING count(*)`,
    `PIVOT (FROM enable_logging('QueryLog')) ON scope USING count(*)`,
    `PIVOT (FROM query('FROM runs')) ON name USING count(*)`,
    `FROM (PIVOT read_csv('${secret}') ON a USING count(*))`,
  ];
}

it('only single queries run, and no query reaches outside', async () => {
  const { session, folder } = await sessionBesideSecret();
  const answers: Record<string, string> = {};
  for (const sql of [...otherStatements(folder), ...reachingQueries(folder)]) {
    const code = await refusal(session, sql);
    if (code !== 'SQL_FORBIDDEN') answers[sql] = code;
  }
  expect(answers).toEqual({});
  expect(readdirSync(join(folder, 'out'))).toEqual([]);
  const { rows } = await session.query('SELECT count(*) AS n FROM runs');
  expect(rows).toEqual([{ n: 2 }]);
});

it('files are not tables, and data of the process cannot be read', async () => {
  const { session, folder } = await sessionBesideSecret();
  for (const sql of [
    `FROM '${folder}/secret.csv'`,
    `FROM "${folder}/secret.json"`,
    `FROM 'https://example.org/x.parquet'`,
    `SELECT getenv('HOME')`,
    `IMPORT DATABASE '${folder}'`,
    `PIVOT '${folder}/secret.csv' ON a USING count(*)`,
  ]) {
    expect([sql, await refusal(session, sql)]).toEqual([sql, expect.stringMatching(/^SQL_/)]);
  }
  const { rows } = await session.query(`
    SELECT current_setting('secret_directory') AS secrets, current_setting('temp_directory') AS temporary,
      current_setting('home_directory') AS home, current_setting('enable_external_access') AS outside,
      current_setting('lock_configuration') AS locked, current_setting('TimeZone') AS zone`);
  expect(rows).toEqual([
    { secrets: 'none', temporary: '', home: '', outside: false, locked: true, zone: 'UTC' },
  ]);
});

it('the files of a lake are read by the table metrics only, and no query says where they are', async () => {
  const { session, folder } = await sessionBesideSecret();
  const store = openFileStore(join(folder, 'store'));
  await sealStore({ store });
  const sealed = await openQuery({ store, threads: 1 });
  onTestFinished(() => sealed.close());
  const count = 'SELECT count(*) AS n, sum(step) AS steps FROM metrics';
  expect((await sealed.query(count)).rows).toEqual((await session.query(count)).rows);
  const points = join(folder, 'store', 'lake', 'metrics');
  const file = join(
    points,
    readdirSync(points).find((name) => name.endsWith('.parquet')) as string,
  );
  const answers: Record<string, string> = {};
  for (const sql of [
    `FROM '${file}'`,
    `FROM "${file}"`,
    `FROM '${points}/*.parquet'`,
    `FROM read_parquet('${file}')`,
    `FROM parquet_scan('${file}')`,
    `FROM read_blob('${file}')`,
    `FROM parquet_metadata('${file}')`,
    `FROM glob('${points}/*')`,
    `SELECT * FROM runs WHERE name IN (SELECT run_id FROM '${file}')`,
    `WITH a AS (FROM '${file}') FROM a`,
    `DESCRIBE '${file}'`,
    `SUMMARIZE '${file}'`,
    `PIVOT '${file}' ON key USING count(*)`,
    `COPY metrics TO '${file}'`,
    `COPY (FROM metrics) TO '${folder}/out/x.parquet'`,
    `SELECT getvariable('lake_files')`,
    `SELECT getvariable('lake' || '_files')`,
    `SELECT current_setting('allowed_paths')`,
    `SELECT current_setting('ALLOWED_PATHS')`,
    `SELECT current_setting('allowed' || '_paths')`,
    'FROM pg_settings',
    'FROM pg_catalog.pg_settings',
    'FROM duckdb_settings()',
    `PIVOT (SELECT current_setting('allowed_paths') AS a) ON a USING count(*)`,
    `PIVOT (SELECT getvariable('lake_files') AS a) ON a USING count(*)`,
    'PIVOT pg_settings ON name USING count(*)',
  ]) {
    const code = await refusal(sealed, sql);
    if (code !== 'SQL_FORBIDDEN') answers[sql] = code;
  }
  expect(answers).toEqual({});
  for (const sql of [
    'FROM duckdb_views()',
    'FROM duckdb_tables()',
    'FROM information_schema.tables',
    'FROM sqlite_master',
    'DESCRIBE metrics',
    'SHOW ALL TABLES',
  ]) {
    const { rows } = await sealed.query(sql);
    expect([sql, JSON.stringify(rows).includes('.parquet')]).toEqual([sql, false]);
  }
  expect((await sealed.query(count)).rows).toEqual((await session.query(count)).rows);
  expect(readdirSync(join(folder, 'out'))).toEqual([]);
});

it('queries that read only the tables are allowed', async () => {
  const { session } = await sessionBesideSecret();
  for (const sql of [
    'FROM runs;',
    'TABLE runs',
    'VALUES (1), (2)',
    '/* a comment; with a semicolon */ (SELECT 1) -- end',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n',
    'DESCRIBE metrics',
    'SHOW TABLES',
    'SUMMARIZE runs',
    'SELECT unnest([1, 2]), generate_series(3)',
    'FROM json_each(\'{"a": 1}\')',
    'UNPIVOT latest_metrics ON value, step::DOUBLE AS step',
    "PIVOT latest_metrics ON key IN ('loss') USING first(value)",
    'PIVOT params ON key USING first(value) GROUP BY run_id ; ',
    'FROM information_schema.columns',
    'SELECT name, query FROM (SELECT name, 1 AS query FROM runs)',
  ]) {
    expect([sql, await refusal(session, sql)]).toEqual([sql, 'answered']);
  }
});
