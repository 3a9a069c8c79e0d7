import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import { startRun } from '@tidemark/client';
import { ensureExperiment, ensureRegisteredModel, type Store } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { TABLES } from '@tidemark/duckdb-query';
import { temporaryFolder } from '@tidemark/test-kit';
import { tableFromIPC } from 'apache-arrow';
import { expect, it, onTestFinished } from 'vitest';
import { startServerProcess } from '../../../testing/server-process.ts';
import { tidemark } from '../../../testing/tidemark.ts';

const PATH = '/api/tidemark/sql';
/** Longer than any test: with it, only the end of a query can free its process. */
const FOREVER_S = '36000';
/** It needs no memory, and does not end. */
const ENDLESS = 'SELECT sum(a.range * b.range % 7) FROM range(100000000) a, range(100000000) b';

interface Answer {
  readonly status: number;
  readonly json: {
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly message: string;
  };
}

interface Client {
  readonly uri: string;
  readonly process: ChildProcess;
  ask(query: string, more?: Readonly<Record<string, unknown>>, token?: string): Promise<Answer>;
}

async function serverOn(folder: string, ...options: string[]): Promise<Client> {
  const server = await startServerProcess('--store', folder, ...options);
  onTestFinished(() => server.stop());
  return {
    uri: server.uri,
    process: server.process,
    async ask(query, more = {}, token) {
      const answer = await fetch(server.uri + PATH, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, ...more }),
      });
      const text = await answer.text();
      return { status: answer.status, json: text.startsWith('{') ? JSON.parse(text) : text };
    },
  };
}

async function storeWithRuns(): Promise<{ folder: string; store: Store }> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  onTestFinished(() => store.close());
  await logRun(store, 'first');
  return { folder, store };
}

function logRun(store: Store, name: string, experiment = 'penguins'): Promise<string> {
  return startRun({ store, experiment, name, environment: false }, async (run) => {
    await run.logParams({ lr: 0.1 });
    for (let step = 0; step < 3; step += 1) await run.logMetrics({ loss: 3 - step }, { step });
    return run.runId;
  });
}

it('answers in JSON and in Arrow, and sees each change of the store', async () => {
  const { folder, store } = await storeWithRuns();
  const { uri, ask } = await serverOn(folder);
  const sql =
    'SELECT name, count(*) AS points FROM runs JOIN metrics USING (run_id) GROUP BY name ORDER BY name';
  expect(await ask(sql)).toEqual({
    status: 200,
    json: {
      columns: [
        { name: 'name', type: 'VARCHAR' },
        { name: 'points', type: 'BIGINT' },
      ],
      is_cut: false,
      rows: [{ name: 'first', points: 3 }],
    },
  });
  await logRun(store, 'second');
  expect((await ask(sql)).json.rows).toHaveLength(2);
  const one = await ask('SELECT $wanted AS wanted', { parameters: { wanted: "'); drop" } });
  expect(one.json.rows).toEqual([{ wanted: "'); drop" }]);
  for (const parameters of [{ other: 1 }, { wanted: 1, other: 1 }, ['a', 'b'], []]) {
    const { status, json } = await ask('SELECT $wanted AS wanted', { parameters });
    expect([status, json.message]).toEqual([400, expect.stringMatching(/value for \$/)]);
  }
  const cut = await ask('FROM range(1000000000000)', { max_rows: 2 });
  expect(cut.json).toMatchObject({ is_cut: true, rows: [{ range: 0 }, { range: 1 }] });
  const arrow = await fetch(uri + PATH, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/vnd.apache.arrow.stream',
    },
    body: JSON.stringify({ query: 'FROM range(100000)', max_rows: 100_000 }),
  });
  expect(arrow.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream');
  expect(tableFromIPC(new Uint8Array(await arrow.arrayBuffer())).numRows).toBe(100_000);
});

it('reaches only the tables, and survives every attempt', async () => {
  const { folder } = await storeWithRuns();
  const beside = temporaryFolder();
  writeFileSync(join(beside, 'secret.csv'), 'a,b\n1,2\n');
  mkdirSync(join(beside, 'out'));
  const { ask } = await serverOn(folder, '--sql-memory', '700');
  const refused: Record<string, unknown> = {};
  for (const sql of [
    `COPY runs TO '${beside}/out/x.csv'`,
    `COPY (SELECT 1) TO '${beside}/out/x.parquet' (FORMAT parquet)`,
    `ATTACH '${beside}/out/x.db'`,
    `FROM read_csv('${beside}/secret.csv')`,
    `FROM '${beside}/secret.csv'`,
    `FROM read_text('${beside}/secret.csv')`,
    `FROM read_blob('${beside}/*')`,
    `FROM read_parquet('${beside}/secret.csv')`,
    `FROM glob('${beside}/*')`,
    `SELECT getenv('HOME')`,
    'INSTALL httpfs',
    'LOAD httpfs',
    `FROM 'https://example.org/x.parquet'`,
    'SET threads = 1',
    'SET GLOBAL lock_configuration = false',
    'RESET memory_limit',
    'PRAGMA database_list',
    'PRAGMA enable_profiling',
    'SELECT 1; SELECT 2',
    'SELECT 1; DROP TABLE runs',
    'FROM duckdb_settings()',
    'FROM duckdb_secrets()',
    'PREPARE p AS SELECT 1',
    'EXECUTE p',
    'DEALLOCATE p',
    "PREPARE p AS SELECT getenv('HOME'); EXECUTE p",
    'CALL pragma_version()',
    `EXPORT DATABASE '${beside}/out'`,
    `IMPORT DATABASE '${beside}/out'`,
    "FROM query_table('runs')",
    `FROM query_table('${beside}/secret.csv')`,
    `FROM query_table(['runs', '${beside}/secret.csv'])`,
    `FROM query('COPY runs TO ''${beside}/out/x''')`,
    `FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))`,
    "FROM json_execute_serialized_sql((SELECT json_serialize_sql('FROM duckdb_settings()')))",
    'CREATE TABLE x (i INT)',
    'CREATE MACRO m() AS 1',
    'INSERT INTO runs SELECT * FROM runs',
    'DROP TABLE runs',
    'CHECKPOINT',
    'USE memory',
    'BEGIN',
    `FROM enable_logging(storage = 'file', storage_path = '${beside}/out/log')`,
    "SELECT * FROM runs_wide('penguins' || '')",
    'EXPLAIN ANALYZE SELECT 1',
    '('.repeat(10_000),
    `SELECT '${'x'.repeat(2_000_000)}'`,
    '\0',
    '',
  ]) {
    const { status, json } = await ask(sql);
    if (status !== 400 && status !== 413) refused[sql.slice(0, 100)] = [status, json];
  }
  expect(refused).toEqual({});
  expect(readdirSync(join(beside, 'out'))).toEqual([]);
  const { json } = await ask('SELECT count(*) AS n FROM runs');
  expect(json.rows).toEqual([{ n: 1 }]);
});

it('ends a query that needs too much memory, also where DuckDB does not count it', async () => {
  const { folder } = await storeWithRuns();
  const { ask } = await serverOn(folder, '--sql-memory', '500', '--sql-time', FOREVER_S);
  for (const sql of [
    'SELECT list(range) FROM range(1000000000000)',
    "SELECT sum(length(repeat('x', 2000000 + range::INT))) FROM range(100000)",
    "SELECT length(repeat('x', 4000000000))",
    "WITH RECURSIVE r(t) AS (SELECT 'x' UNION ALL SELECT t || t FROM r) SELECT max(length(t)) FROM r",
  ]) {
    const { status, json } = await ask(sql);
    expect([sql, status, json.message]).toEqual([
      sql,
      400,
      expect.stringMatching(/memory|size|large/i),
    ]);
  }
  expect((await ask('SELECT 1 AS one')).json.rows).toEqual([{ one: 1 }]);
});

it('ends a query that takes too long', async () => {
  const { folder } = await storeWithRuns();
  const { ask } = await serverOn(folder, '--sql-time', '1');
  for (const sql of [
    ENDLESS,
    'WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i FROM r) SELECT count(*) FROM r',
  ]) {
    expect(await ask(sql)).toEqual({
      status: 400,
      json: expect.objectContaining({
        error_code: 'INVALID_PARAMETER_VALUE',
        message: expect.stringContaining('The query took longer than 1 s'),
      }),
    });
  }
});

it('ends a query whose client disconnects', async () => {
  const { folder } = await storeWithRuns();
  const { uri, ask } = await serverOn(folder, '--sql-time', FOREVER_S);
  // As many as run at once, and some that wait.
  const clients = await Promise.all(Array.from({ length: 4 }, () => askEndless(uri)));
  const waiting = ask('SELECT 1 AS one');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (const client of clients) client.destroy();
  expect((await waiting).json.rows).toEqual([{ one: 1 }]);
});

/** Sends an endless query, and returns its request when the server has it. */
async function askEndless(uri: string): Promise<ClientRequest> {
  const { hostname, port } = new URL(uri);
  const client = request({
    ...{ hostname, port, path: PATH, method: 'POST' },
    headers: { 'content-type': 'application/json' },
  });
  client.on('error', () => undefined);
  client.end(JSON.stringify({ query: ENDLESS }));
  await once(client, 'finish');
  return client;
}

it('refuses a query when too many wait, and answers again when they have left', async () => {
  const { folder } = await storeWithRuns();
  const { uri, ask } = await serverOn(folder, '--sql-time', FOREVER_S);
  // Two run and 32 wait.
  const clients = await Promise.all(Array.from({ length: 34 }, () => askEndless(uri)));
  await expect
    .poll(
      async () => {
        const stop = new AbortController();
        const answered = fetch(uri + PATH, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: 'SELECT 1' }),
          signal: AbortSignal.any([stop.signal, AbortSignal.timeout(1000)]),
        });
        return answered.then(
          ({ status }) => status,
          () => 'waiting',
        );
      },
      { timeout: 600_000 },
    )
    .toBe(429);
  for (const client of clients) client.destroy();
  await expect
    .poll(async () => (await ask('SELECT 1 AS one')).status, { timeout: 600_000 })
    .toBe(200);
}, 1_200_000);

/** The processes that a process started and that still run. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

it.for(['SIGKILL', 'SIGTERM'] as const)(
  'a server that ends by %s leaves no process',
  async (signal, ctx) => {
    if (process.platform !== 'linux') return ctx.skip('(needs /proc to see processes)');
    const { folder } = await storeWithRuns();
    const server = await serverOn(folder, '--sql-time', FOREVER_S, '--grace', '0.1');
    await server.ask('SELECT 1');
    await askEndless(server.uri);
    const children = childrenOf(server.process.pid as number);
    expect(children.length).toBeGreaterThan(0);
    const ended = once(server.process, 'exit');
    server.process.kill(signal);
    await ended;
    await expect.poll(() => children.filter(runs), { timeout: 600_000 }).toEqual([]);
  },
);

it('ends a query whose client stops in the middle of the answer', async () => {
  const { folder } = await storeWithRuns();
  const { uri, ask } = await serverOn(folder, '--sql-time', FOREVER_S);
  for (let time = 0; time < 3; time += 1) {
    const stop = new AbortController();
    const answer = await fetch(uri + PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: "SELECT repeat('x', 1000) FROM range(200000)",
        max_rows: 200_000,
      }),
      signal: stop.signal,
    });
    await answer.body?.getReader().read();
    stop.abort();
  }
  expect((await ask('SELECT 1 AS one')).json.rows).toEqual([{ one: 1 }]);
});

it('answers only what the caller may read', async () => {
  const { folder, store } = await storeWithRuns();
  const closed = await ensureExperiment(store, 'closed');
  const hiddenId = await logRun(store, 'hidden', 'closed');
  const by = { name: 'ada', authenticated: false };
  for (const name of ['open-model', 'closed-model'])
    await ensureRegisteredModel(store, { name, by });
  const file = join(temporaryFolder(), 'auth.json');
  const auth = (...words: string[]) => tidemark('auth', ...words, '--file', file);
  const tokenOf = async (user: string): Promise<string> =>
    (await auth('add-token', user, '--name', 't')).out.trim();
  await auth('add-user', 'ada', '--role', 'admin');
  await auth('add-user', 'eve', '--role', 'reader');
  await auth('set-role', 'eve', 'none', '--experiment', closed.experimentId);
  await auth('set-role', 'eve', 'none', '--model', 'closed-model');
  // Before the server starts, which reads a change of the file a second later.
  const [ada, eve] = [await tokenOf('ada'), await tokenOf('eve')];
  const { ask } = await serverOn(folder, '--auth', file);
  expect((await ask('SELECT 1')).status).toBe(401);
  const seen = async (token: string): Promise<string> => {
    const answers = [await ask("FROM runs_wide('penguins')", {}, token)];
    for (const { name } of TABLES) answers.push(await ask(`FROM "${name}"`, {}, token));
    return JSON.stringify(answers.filter(({ status }) => status === 200));
  };
  const seenByAda = await seen(ada);
  const seenByEve = await seen(eve);
  for (const secret of [hiddenId, 'closed-model', '"closed"']) {
    expect([seenByAda.includes(secret), seenByEve.includes(secret)]).toEqual([true, false]);
  }
  for (const open of ['first', 'open-model', 'penguins']) expect(seenByEve).toContain(open);
  // One after the other, so that no session of one is used for the other.
  const points = 'SELECT count(*) AS n FROM metrics';
  for (const [token, n] of [
    [ada, 6],
    [eve, 3],
    [ada, 6],
    [eve, 3],
  ] as const) {
    expect((await ask(points, {}, token)).json.rows).toEqual([{ n }]);
  }
  // At once, in any order.
  const tokens = Array.from({ length: 12 }, (_, place) => (place % 3 === 0 ? ada : eve));
  const counts = await Promise.all(tokens.map((token) => ask(points, {}, token)));
  expect(counts.map(({ json }) => json.rows[0]?.n)).toEqual(
    tokens.map((token) => (token === ada ? 6 : 3)),
  );
  const wide = await ask("FROM runs_wide('closed')", {}, eve);
  expect([wide.status, wide.json.message.includes('closed-model')]).toEqual([400, false]);
});

it('is documented, and absent with --no-sql', async () => {
  const { folder } = await storeWithRuns();
  const paths = async ({ uri }: Client) =>
    ((await (await fetch(`${uri}/openapi.json`)).json()) as { paths: Record<string, object> })
      .paths;
  const documented = (await paths(await serverOn(folder)))[PATH];
  const forms = { 'application/json': {}, 'application/vnd.apache.arrow.stream': {} };
  expect(documented).toMatchObject({
    post: { 'x-tidemark-role': 'reader', responses: { 200: { content: forms } } },
  });
  const without = await serverOn(folder, '--no-sql');
  expect(await paths(without)).not.toHaveProperty([PATH]);
  expect((await without.ask('SELECT 1')).status).toBe(404);
});
