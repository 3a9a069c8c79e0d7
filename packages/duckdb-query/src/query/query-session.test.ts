import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { MemoryStore, setAlias } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OpenQueryOptions, openQuery, querySql } from '../open-query.ts';
import type { QueryRow } from '../result/query-row.ts';
import { TABLES } from '../tables/store-tables.ts';
import { fillSampleStore, SNAPSHOT_DIGEST } from '../testing/sample-store.ts';
import type { QuerySession } from './query-session.ts';

async function session(options: OpenQueryOptions): Promise<QuerySession> {
  const opened = await openQuery({ threads: 1, ...options });
  onTestFinished(() => opened.close());
  return opened;
}

async function sampleSession() {
  const store = openFileStore(join(temporaryFolder(), 'store'));
  const sample = await fillSampleStore(store);
  const opened = await session({ store });
  const rows = async (sql: string): Promise<readonly QueryRow[]> => (await opened.query(sql)).rows;
  return { ...sample, session: opened, rows, store };
}

describe('a query', () => {
  it('joins runs, params and full metric histories', async () => {
    const { rows } = await sampleSession();
    expect(
      await rows(`
        SELECT r.name, p.value::DOUBLE AS lr, count(*) AS points, min(m.value) AS best
        FROM runs r JOIN params p USING (run_id) JOIN metrics m USING (run_id)
        WHERE p.key = 'lr' AND m.key = 'loss'
        GROUP BY ALL ORDER BY best`),
    ).toEqual([
      { name: 'first', lr: 0.1, points: 3, best: 1 },
      { name: 'second', lr: 0.2, points: 1, best: 5 },
    ]);
  });

  it('can pivot by the keys in the data', async () => {
    const { rows } = await sampleSession();
    expect(
      await rows(`
        WITH named AS (SELECT name, key, value FROM latest_metrics JOIN runs USING (run_id))
        PIVOT named ON key USING first(value) GROUP BY name ORDER BY name;`),
    ).toEqual([
      { name: 'first', loss: 1, odd: Number.NaN },
      { name: 'second', loss: 5, odd: null },
    ]);
    expect(await rows('PIVOT metrics ON key USING count(*) GROUP BY run_id')).toHaveLength(2);
  });

  it('can join a model version with the dataset that it was trained on', async () => {
    const { rows, firstRunId, model } = await sampleSession();
    expect(
      await rows(`
        SELECT v.name, v.version, v.aliases, v.run_id, v.model_id, t.key, t.set_by, t.ci_job,
          d.table_id, d.table_version, d.snapshot_digest, d.row_count, d.context
        FROM model_versions v
        JOIN version_tags t USING (name, version)
        JOIN datasets d ON d.run_id = v.run_id`),
    ).toEqual([
      {
        name: 'penguins',
        version: 1,
        aliases: ['champion'],
        run_id: firstRunId,
        model_id: model.modelId,
        key: 'passed-review',
        set_by: 'ada',
        ci_job: 'https://ci.example.org/1',
        table_id: 'table-1',
        table_version: 7,
        snapshot_digest: SNAPSHOT_DIGEST,
        row_count: 222,
        context: 'training',
      },
    ]);
  });

  it('finds a row for everything in the store', async () => {
    const { rows } = await sampleSession();
    const counts = await rows(`
      SELECT ${TABLES.map(({ name }) => `(SELECT count(*) FROM ${name}) AS ${name}`).join(', ')}`);
    expect(counts[0]).toMatchObject({
      ...{ runs: 2, params: 3, latest_metrics: 3, metrics: 5, datasets: 1, experiments: 2 },
      ...{ logged_models: 1, artifacts: 1, registered_models: 1, model_versions: 1 },
      ...{ model_aliases: 1, version_tags: 1, run_models: 1, param_conflicts: 0 },
    });
  });

  it('returns every column with the documented type', async () => {
    const { session } = await sampleSession();
    for (const { name, columns } of TABLES) {
      const result = await session.query(`SELECT * FROM ${name} LIMIT 0`);
      expect(result.columns).toEqual(
        columns.map((column) => ({ name: column.name, type: column.type })),
      );
    }
  });

  it('can be any query in docs/sql.md', async () => {
    const { rows } = await sampleSession();
    const page = readFileSync(new URL('../../../../docs/sql.md', import.meta.url), 'utf8');
    const queries = [...page.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, sql]) => sql as string);
    const counts = await Promise.all(queries.map(async (sql) => (await rows(sql)).length));
    expect(counts).toEqual([2, 2, 2, 0, 1, 3, 0, 0, 0]);
  });

  it('handles times in UTC', async () => {
    const store = new MemoryStore();
    const [experiment] = await store.experiments();
    const startTimeMs = Date.UTC(2026, 10, 23, 23, 30);
    const draft = { experimentId: experiment?.experimentId as never, name: 'r', userId: 'u' };
    await store.createRun({ ...draft, startTimeMs });
    const { rows } = await querySql(
      "SELECT start_time, date_trunc('day', start_time) AS day, start_time::VARCHAR AS text FROM runs",
      { store },
    );
    expect(rows).toEqual([
      {
        start_time: new Date(startTimeMs),
        day: new Date(Date.UTC(2026, 10, 23)),
        text: '2026-11-23 23:30:00+00',
      },
    ]);
  });

  it('accepts parameters, in order and by name', async () => {
    const { session } = await sampleSession();
    const { rows } = await session.query(
      'SELECT name FROM runs WHERE name = ? AND start_time < ? AND list_contains(?, name) LIMIT ?',
      ['first', new Date(8e12), ['first', 'second'], 5],
    );
    expect(rows).toEqual([{ name: 'first' }]);
    const named = await session.query('SELECT $a + $b AS sum, $none IS NULL AS none', {
      ...{ a: 1, b: 0.5, none: null },
    });
    expect(named.rows).toEqual([{ sum: 1.5, none: true }]);
    await expect(session.query('SELECT ?', [new Date(Number.NaN)])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it.each([
    ['SELECT ?, ?', ['a'], 'SQL_INVALID', /no value for \$2\. /],
    ['SELECT $name', { nme: 'a' }, 'SQL_INVALID', /no value for \$name\. /],
    ['SELECT 1', ['a'], 'INVALID_ARGUMENT', /a value for \$1, and the query has no placeholders/],
    ['SELECT ?', ['a', 'b'], 'INVALID_ARGUMENT', /a value for \$2, and the query has only \$1\. /],
    ['SELECT $a', { a: 1, b: 2 }, 'INVALID_ARGUMENT', /a value for \$b, .* only \$a\. /],
  ])(
    '%j with the parameters %j says which one is wrong',
    async (sql, parameters, code, message) => {
      const { session } = await sampleSession();
      for (const options of [{}, { maxRows: 1 }]) {
        const error = expect.objectContaining({ code, message: expect.stringMatching(message) });
        await expect(session.query(sql, parameters, options)).rejects.toEqual(error);
      }
    },
  );

  it('takes names of parameters in upper and lower case, as DuckDB does', async () => {
    const { session } = await sampleSession();
    const { rows } = await session.query('SELECT $Name AS one, $name AS other', { NAME: 'a' });
    expect(rows).toEqual([{ one: 'a', other: 'a' }]);
  });

  it('sees the store as it was when the session was opened', async () => {
    const { session, store, rows } = await sampleSession();
    await startRun({ store, environment: false }, (run) => run.logMetric('late', 1));
    expect(await rows('SELECT count(*) AS n FROM runs')).toEqual([{ n: 2 }]);
    expect(await rows("SELECT * FROM metrics WHERE key = 'late'")).toEqual([]);
    await session.close();
    const after = await querySql("SELECT count(*) AS n FROM metrics WHERE key = 'late'", { store });
    expect(after.rows).toEqual([{ n: 1 }]);
  });

  it('accepts the URI of an existing store', async () => {
    const { store } = await sampleSession();
    expect((await querySql('FROM runs', { store: store.uri })).rows).toHaveLength(2);
    const none = join(temporaryFolder(), 'none');
    await expect(openQuery({ store: none })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    expect(existsSync(none)).toBe(false);
    await expect(openQuery({ store, memoryLimit: 'much' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(openQuery({ store, threads: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('can read an empty store', async () => {
    const store = await openStore('memory:');
    const opened = await session({ store });
    for (const { name } of TABLES) await opened.query(`FROM ${name}`);
    const folder = join(temporaryFolder(), 'empty');
    const empty = openFileStore(folder);
    expect((await querySql('FROM metrics', { store: empty })).rows).toEqual([]);
  });
});

describe('a session is current', () => {
  it.each([
    ['memory', () => new MemoryStore()],
    ['a folder', () => openFileStore(join(temporaryFolder(), 'store'))],
  ])('until the store changes, in %s', async (_, open) => {
    const store = open();
    await fillSampleStore(store);
    const opened = await session({ store });
    expect(await opened.isCurrent()).toBe(true);
    await opened.query('FROM metrics');
    expect(await opened.isCurrent()).toBe(true);
    await setAlias(store, {
      ...{ name: 'penguins', alias: 'other', version: 1 },
      by: { name: 'ada', authenticated: false },
    });
    expect(await opened.isCurrent()).toBe(false);
    const again = await session({ store });
    expect(await again.isCurrent()).toBe(true);
    await startRun({ store, environment: false }, () => {});
    expect(await again.isCurrent()).toBe(false);
  });

  it('until another process changes the store', async () => {
    const folder = join(temporaryFolder(), 'store');
    await fillSampleStore(openFileStore(folder));
    const opened = await session({ store: openFileStore(folder) });
    expect(await opened.isCurrent()).toBe(true);
    await startRun({ store: openFileStore(folder), environment: false }, () => {});
    expect(await opened.isCurrent()).toBe(false);
  });
});

describe('a query with a mistake', () => {
  it.each([
    ['SELECT nosuch\nFROM runs', 'nosuch', { line: 1, column: 8 }],
    ["SELECT 'ünïcödé 🌊',\n\tnosuch FROM runs", 'LINE 2', { line: 2, column: 2 }],
    ['SELEC 1', 'syntax error', { line: 1, column: 1 }],
    ['FROM nosuch', 'does not exist', { line: 1, column: 6 }],
    ['', 'no statement', {}],
    ["SELECT 'x'::INT", 'Could not convert', { line: 1 }],
    ['PIVOT nosuch ON key USING first(value)', 'does not exist', {}],
  ])('%j is reported with its place', async (sql, message, details) => {
    const opened = await session({ store: new MemoryStore() });
    await expect(opened.query(sql)).rejects.toMatchObject({
      code: 'SQL_INVALID',
      message: expect.stringContaining(message),
      details: expect.objectContaining(details),
    });
  });

  it('is reported with the list of tables', async () => {
    const failing = querySql('FROM metric', { store: new MemoryStore() });
    await expect(failing).rejects.toThrow(/LINE 1: FROM metric\n {13}\^\n\nThe tables are: runs, /);
  });

  it.each([
    ['FROM runs WHERE nosuch', /DESCRIBE runs the columns of one/],
    ['SELECT runs.nosuch FROM runs', /DESCRIBE runs the columns of one/],
    ['SELECT avg(value) FROM params', /\n {1,2}avg\(DOUBLE\)[\s\S]*value::DOUBLE converts/],
    ['SELECT\t1 +\t+\tFROM runs', /LINE 1: SELECT 1 \+ \+ FROM runs\n {21}\^$/],
  ])('%j says how to continue, without tabs', async (sql, message) => {
    const failing = querySql(sql, { store: new MemoryStore() });
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.not.toThrow(/\t|The tables are/);
  });

  it('that fails on the last of many rows returns none of them', async () => {
    const opened = await session({ store: new MemoryStore() });
    const sql = "SELECT CASE WHEN range < 2999999 THEN '1' ELSE 'x' END::INT FROM range(3000000)";
    await expect(opened.stream(sql)).rejects.toMatchObject({ code: 'SQL_INVALID' });
    await expect(opened.query(sql)).rejects.toMatchObject({ code: 'SQL_INVALID' });
  });

  it('that needs too much memory is reported as such', async () => {
    const opened = await session({ store: new MemoryStore(), memoryLimit: '50MB' });
    await expect(opened.query('SELECT list(range) FROM range(20000000)')).rejects.toMatchObject({
      code: 'SQL_OUT_OF_MEMORY',
    });
  });
});

describe('stopping', () => {
  const LONG = 'SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b';

  it('a signal stops a query, and the session stays usable', async () => {
    const opened = await session({ store: new MemoryStore() });
    const reason = new Error('enough');
    const stop = new AbortController();
    const running = opened.query(LONG, [], { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 50);
    await expect(running).rejects.toBe(reason);
    await expect(opened.query('FROM runs', [], { signal: stop.signal })).rejects.toBe(reason);
    expect((await opened.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('closing stops running queries; later calls fail', async () => {
    const opened = await session({ store: new MemoryStore() });
    const running = [opened.query(LONG), opened.query(LONG), opened.query('FROM metrics')];
    const settled = Promise.allSettled(running);
    const { rows } = await opened.stream('FROM range(1000000)');
    const iterator = rows[Symbol.asyncIterator]();
    await iterator.next();
    await opened.close();
    await opened.close();
    const outcomes = (await settled).slice(0, 2);
    expect(outcomes).toMatchObject([
      { reason: { code: 'QUERY_CLOSED' } },
      { reason: { code: 'QUERY_CLOSED' } },
    ]);
    await expect(opened.query('SELECT 1')).rejects.toMatchObject({ code: 'QUERY_CLOSED' });
    const rest = (async () => {
      for (let row = await iterator.next(); !row.done; ) row = await iterator.next();
    })();
    await expect(rest).rejects.toMatchObject({ code: 'QUERY_CLOSED' });
  });

  it('closing while the session is still loading does not hang', async () => {
    const { store } = await sampleSession();
    for (const waitMs of [0, 1, 5, 10, 20]) {
      const opened = await openQuery({ store });
      const asked = Promise.allSettled([opened.query('FROM metrics')]);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await opened.close();
      const [outcome] = await asked;
      if (outcome?.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'QUERY_CLOSED' });
      }
    }
  });

  it('queries run in parallel, and you can stop reading a stream early', async () => {
    const opened = await session({ store: new MemoryStore() });
    const sums = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const { rows } = await opened.query('SELECT sum(range) + $1 AS sum FROM range(1000)', [n]);
        return rows[0]?.sum;
      }),
    );
    expect(sums).toEqual(Array.from({ length: 8 }, (_, n) => 499_500 + n));
    const { rows, rowCount } = await opened.stream('FROM range(10000000)');
    expect(rowCount).toBe(10_000_000);
    for await (const row of rows) {
      if (row.range === 3) break;
    }
    expect((await opened.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
