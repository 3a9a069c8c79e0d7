import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { MemoryStore } from '@tidemark/core';
import { httpStatusOf } from '@tidemark/mlflow';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { allUrlsOf } from '../dispatch/route.ts';
import { createOperatedServer } from '../operated-server.ts';
import { ROUTES } from '../routes.ts';
import { webhookRoutes } from '../webhooks/webhook-routes.ts';
import { Webhooks } from '../webhooks/webhooks.ts';

/** A fixed seed by default, so that a failure in CI is reproducible. */
const SEED = 20261123;
/** Requests of each kind to each route. */
const RUNS = 12;
const MEBIBYTE = 1024 * 1024;
const BODY_LIMIT = MEBIBYTE;

const routes = [...ROUTES, ...webhookRoutes(new Webhooks({ log: { warn() {} } }))].flatMap(
  (route) =>
    allUrlsOf(route)
      .slice(0, 1)
      .map((url) => ({ method: route.method, url })),
);

/** Names of MLflow's fields, so that random messages pass the first checks. */
const FIELDS =
  'run_id run_uuid experiment_id experiment_ids experiment_name name new_name key value tags params metrics timestamp step filter order_by max_results page_token version stage source model_id path status run_ids metric_key datasets models start_step end_step num_parts events url secret description lifecycle_stage view_type model_json __proto__ constructor'.split(
    ' ',
  );

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    '0',
    0,
    -1,
    2 ** 53,
    1e308,
    '',
    null,
    true,
    'NaN',
    '9'.repeat(30),
    '\u0000',
    '../..',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double(),
  fc.integer(),
);
const anything = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.array(fc.dictionary(fc.constantFrom(...FIELDS), scalar, { maxKeys: 4 }), { maxLength: 4 }),
  fc.dictionary(fc.constantFrom(...FIELDS), scalar, { maxKeys: 4 }),
);
const message = fc.dictionary(fc.constantFrom(...FIELDS), anything, { maxKeys: 12 });

const deep = (depth: number) => `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`;
/** Bodies that are not messages at all. */
const HOSTILE_BODIES: readonly (readonly [string, string | Buffer])[] = [
  ['no JSON', '{"run_id": '],
  ['a number', '42'],
  ['a list', '[[[[]]]]'],
  ['JSON in JSON', JSON.stringify(JSON.stringify({ name: 'x' }))],
  ['a prototype', '{"__proto__": {"admin": true}, "constructor": {"prototype": {}}}'],
  ['malformed UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ['lone surrogates', '{"name": "\\ud800", "key": "\\udfff", "run_id": "\\ud800"}'],
  ['nested deeply', deep(20_000)],
  ['nested in a field', `{"tags": ${deep(5000)}, "metrics": ${deep(5000)}}`],
  ['a long name', JSON.stringify({ name: 'x'.repeat(200_000), run_id: 'x'.repeat(200_000) })],
  ['many items', JSON.stringify({ metrics: Array.from({ length: 20_000 }, () => ({})) })],
  ['too large', Buffer.alloc(BODY_LIMIT + 1, 0x20)],
];

test('every route gives a well-formed answer to random requests, and never 500', async () => {
  const server = await createOperatedServer({
    store: new MemoryStore(),
    bodyLimitBytes: BODY_LIMIT,
    logLevel: 'silent',
    webhooks: { resolver: async () => ['10.0.0.1'] },
  });
  onTestFinished(() => server.close());
  const { app } = server;
  const made = await app.inject({
    method: 'POST',
    url: '/api/2.0/mlflow/runs/create',
    payload: { experiment_id: '0' },
  });
  const runId = (made.json() as { run: { info: { run_id: string } } }).run.info.run_id;

  const send = async (method: string, url: string, body: string | Buffer | undefined) => {
    const answer = await app.inject({
      method: method as 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { payload: body }),
    });
    assertWellFormed(`${method} ${url}`, answer.statusCode, answer.headers, answer.body);
  };

  for (const { method, url } of routes) {
    if (method !== 'GET') {
      for (const [, body] of HOSTILE_BODIES) await send(method, filled(url, 'x'), body);
    }
    await fc.assert(
      fc.asyncProperty(
        message,
        fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
        fc.boolean(),
        async (fields, part, real) => {
          // Half of them use existing ids, to get further.
          const sent = real ? { ...fields, run_id: runId, experiment_id: '0' } : fields;
          const path = filled(url, real ? '0' : encoded(part));
          if (method === 'GET') await send(method, `${path}?${queryOf(sent)}`, undefined);
          else await send(method, path, JSON.stringify(sent));
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }
});

test('a malformed address is refused', async () => {
  const server = await createOperatedServer({ store: new MemoryStore(), logLevel: 'silent' });
  onTestFinished(() => server.close());
  const { hostname, port } = new URL(await server.listen({ port: 0 }));
  const api = '/api/2.0/mlflow';
  for (const path of [
    `${api}/logged-models/%ff`,
    `${api}/logged-models/%`,
    `${api}/logged-models/%zz`,
    `${api}/logged-models/%00`,
    `${api}/logged-models/${'x'.repeat(9000)}`,
    `${api}/runs/get?run_id=%ff%fe&%zz=%`,
    `${api}/runs/get?${'run_id=x&'.repeat(1000)}`,
    `${api}/runs/get?__proto__=x&constructor=y&run_id[]=z`,
    `${api}/runs/get?run_id=${'x'.repeat(12_000)}`,
    `${api}/experiments/search?max_results=${'9'.repeat(400)}`,
    '/api/2.0/mlflow-artifacts/artifacts/%ff%fe',
    '/api/2.0/mlflow-artifacts/artifacts/%c0%ae%c0%ae/x',
    '//',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/?',
    `/${'a/'.repeat(4000)}`,
    '*',
    `${api}/runs/get#x`,
  ]) {
    const request = httpRequest({ hostname, port, path, agent: false });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
    expect([path, response.statusCode === 200]).toEqual([path, false]);
    assertWellFormed(path, response.statusCode ?? 0, response.headers, body);
  }
});

test('every route that reads JSON cuts off an endless body at the limit', async () => {
  const server = await createOperatedServer({
    store: new MemoryStore(),
    bodyLimitBytes: BODY_LIMIT,
    logLevel: 'silent',
  });
  onTestFinished(() => server.close());
  const address = new URL(await server.listen({ port: 0 }));
  const request = httpRequest({
    hostname: address.hostname,
    port: address.port,
    method: 'POST',
    path: '/api/2.0/mlflow/runs/log-batch',
    headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  let ended = false;
  const stopped = new Promise<void>((resolve) => {
    const stop = (): void => {
      ended = true;
      resolve();
    };
    // The server may close the connection while this request still sends.
    request.on('error', stop);
    request.on('response', stop);
  });
  let sent = 0;
  const piece = Buffer.alloc(64 * 1024, 0x20);
  while (!ended && sent < 1024 * MEBIBYTE) {
    sent += piece.length;
    // Waits until the connection takes it. The server has not received what this process still buffers.
    if (!request.write(piece)) await Promise.race([once(request, 'drain'), stopped]);
  }
  const [response] = await answered;
  request.destroy();
  expect(response.statusCode).toBe(413);
  expect(sent).toBeLessThan(256 * MEBIBYTE);
});

function assertWellFormed(
  what: string,
  status: number,
  headers: Readonly<Record<string, unknown>>,
  body: string,
): void {
  expect([what, status < 500 || status === 501, body.slice(0, 300)]).toEqual([
    what,
    true,
    body.slice(0, 300),
  ]);
  if (status < 400 || !String(headers['content-type']).startsWith('application/json')) return;
  const answer = JSON.parse(body) as { error_code: string; message: string };
  const expected = status === 413 ? 400 : status;
  expect([what, httpStatusOf(answer.error_code)]).toEqual([what, expected]);
  expect([what, answer.message]).toEqual([what, expect.any(String)]);
  // The answer reveals nothing about the implementation.
  expect([what, /node_modules|\.ts:\d+|\bat .+:\d+:\d+/.test(answer.message)]).toEqual([
    what,
    false,
  ]);
}

function queryOf(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      return `${encoded(name)}=${encoded(text)}`;
    })
    .join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function filled(url: string, value: string): string {
  return url.replace(/:\w+|\*/g, value);
}
