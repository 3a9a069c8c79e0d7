import { once } from 'node:events';
import { request } from 'node:http';
import { MemoryStore } from '@tidemark/core';
import { expect, it, onTestFinished } from 'vitest';
import { createServer } from '../server.ts';
import { serve } from '../testing/serve.ts';
import type { SqlAnswer, SqlQuestion, SqlRunner } from './sql-runner.ts';

const PATH = '/api/tidemark/sql';

/** Answers with the question. A server without a database can have any runner. */
class EchoingRunner implements SqlRunner {
  async run(question: SqlQuestion): Promise<SqlAnswer> {
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(JSON.stringify(question));
    }
    return { mediaType: `application/x-${question.format}`, isCut: true, bytes: bytes() };
  }
}

async function ask(body: unknown, headers: Record<string, string> = {}) {
  const client = await serve({ sql: new EchoingRunner() });
  const answer = await client.fetch(PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

it('passes the query on, with 10,000 rows by default', async () => {
  const { headers, text } = await ask({ query: 'SELECT $1', parameters: [1, 'x', null, [true]] });
  expect(JSON.parse(text)).toEqual({
    sql: 'SELECT $1',
    parameters: [1, 'x', null, [true]],
    maxRows: 10_000,
    format: 'json',
  });
  expect(headers.get('x-tidemark-is-cut')).toBe('true');
  expect(headers.get('cache-control')).toBe('no-store');
});

it.each([
  ['*/*', 200, 'json'],
  ['application/*;q=0.5', 200, 'json'],
  ['text/html, application/json', 200, 'json'],
  ['application/vnd.apache.arrow.stream', 200, 'arrow'],
  ['Application/Vnd.Apache.Arrow.Stream; q=1, */*', 200, 'arrow'],
  ['text/csv', 400, undefined],
])('Accept: %s', async (accept, status, format) => {
  const answer = await ask({ query: 'SELECT 1' }, { accept });
  expect(answer.status).toBe(status);
  if (format !== undefined) expect(JSON.parse(answer.text)).toMatchObject({ format });
});

it.each([
  {},
  { query: '' },
  { query: 1 },
  { query: 'SELECT 1', max_rows: -1 },
  { query: 'SELECT 1', max_rows: 1_000_001 },
  { query: 'SELECT 1', max_rows: 1.5 },
  { query: 'SELECT 1', parameters: 'x' },
  { query: 'SELECT 1', parameters: [{}] },
  { query: 'x'.repeat(2 ** 20) },
])('refuses %j', async (body) => {
  expect([400, 413]).toContain((await ask(body)).status);
});

it('aborts the query when the client disconnects', async () => {
  let gone: AbortSignal | undefined;
  const { promise: isAsked, resolve: asked } = withResolvers();
  const { promise: isGone, resolve: left } = withResolvers();
  const runner: SqlRunner = {
    async run(_, signal) {
      gone = signal;
      signal.addEventListener('abort', left);
      asked();
      await isGone;
      throw signal.reason;
    },
  };
  const server = await createServer({ store: new MemoryStore(), sql: runner });
  onTestFinished(() => server.close());
  const { port } = new URL(await server.listen({ port: 0 }));
  const client = request({
    ...{ port, path: PATH, method: 'POST' },
    headers: { 'content-type': 'application/json' },
  });
  const failed = once(client, 'error');
  client.end(JSON.stringify({ query: 'SELECT 1' }));
  await isAsked;
  expect(gone?.aborted).toBe(false);
  client.destroy(new Error('left'));
  await failed;
  await isGone;
  expect(gone?.aborted).toBe(true);
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
