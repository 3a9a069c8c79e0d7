import { type EventEmitter, once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { MemoryStore } from '@tidemark/core';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from './dispatch/route.ts';
import { createOperatedServer } from './operated-server.ts';
import { requestLogOptions } from './security/request-log.ts';
import { createServer, type TidemarkServer } from './server.ts';
import { SENT } from './wire/sent.ts';

/** Starts a server with a route that waits, and one that starts its answer and then waits. */
async function waiting(endGraceMs?: number) {
  const begun: string[] = [];
  const waits = new Map<string, () => void>();
  const go = (name: string): void => waits.get(name)?.();
  const wait = (name: string) => new Promise<void>((resolve) => waits.set(name, resolve));
  async function* slowly() {
    yield 'the first half, ';
    begun.push('download');
    await wait('download');
    yield 'and the second';
  }
  const route = (method: 'GET' | 'POST') =>
    defineRoute({
      method,
      path: '/wait/:name',
      at: 'root',
      summary: 'waits',
      needs: 'nothing',
      request: z.looseObject({ name: z.string() }),
      handle: async ({ name }, { reply }) => {
        if (name === 'download') {
          reply.send(Readable.from(slowly()));
          return SENT;
        }
        begun.push(name);
        await wait(name);
        return { name };
      },
    });
  const log: string[] = [];
  const server = await createServer({
    store: new MemoryStore(),
    moreRoutes: [route('GET'), route('POST')],
    logger: pino(requestLogOptions('warn'), { write: (line) => void log.push(line) }),
    ...(endGraceMs === undefined ? {} : { endGraceMs }),
  });
  const uri = await server.listen({ port: 0 });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(async () => {
    agent.destroy();
    for (const name of begun) go(name);
    await server.close();
  });
  const get = (path: string): ClientRequest => request(`${uri}${path}`, { agent }).end();
  return { server, uri, agent, get, begun, go, log: () => log.join('') };
}

/** Waits until the server refuses new connections. */
async function ending({ app }: TidemarkServer): Promise<void> {
  await expect.poll(() => app.server.listening).toBe(false);
}

const gone = (connection: EventEmitter): Promise<void> =>
  new Promise((resolve) => {
    connection.on('error', () => undefined);
    connection.once('close', resolve);
  });

test('an active request is finished, and its keep-alive connection closes after it', async () => {
  const { server, get, begun, go, agent } = await waiting();
  const [answer, download] = ['/wait/a', '/wait/download'].map((path) =>
    once(get(path), 'response'),
  );
  await expect.poll(() => begun.toSorted()).toEqual(['a', 'download']);
  const closed = server.close();
  await ending(server);
  go('a');
  const [a] = (await answer) as [IncomingMessage];
  expect([a.statusCode, a.headers.connection]).toEqual([200, 'close']);
  expect(JSON.parse(await text(a))).toEqual({ name: 'a' });

  // This answer had promised keep-alive before the server began to close.
  const [d] = (await download) as [IncomingMessage];
  expect(d.headers.connection).toBe('keep-alive');
  go('download');
  expect(await text(d)).toBe('the first half, and the second');
  await closed;
  await expect.poll(() => Object.values(agent.freeSockets).flat()).toEqual([]);
});

test('connections without a complete request close at once: kept alive, silent, or with incomplete headers', async () => {
  const { server, uri, get } = await waiting();
  const [health] = (await once(get('/health'), 'response')) as [IncomingMessage];
  await text(health);
  const silent = connect(Number(new URL(uri).port), '127.0.0.1');
  const half = connect(Number(new URL(uri).port), '127.0.0.1');
  const both = Promise.all([gone(silent), gone(half)]);
  half.write('GET /health HTTP/1.1\r\nHost: 127');
  await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
  await server.close();
  await both;
});

test('a request that does not finish in time is cut off and logged', async () => {
  const { server, get, begun, log } = await waiting(50);
  const cut = get('/wait/b?token=s3cret');
  const ended = gone(cut);
  await expect.poll(() => begun).toEqual(['b']);
  await Promise.all([server.close(), ended]);
  expect(log()).toContain('request cut off: not finished when the server ended');
  expect(log()).toContain('/wait/b?token=REDACTED');
});

test('the test of a webhook with a silent receiver ends with the server', async () => {
  const receiver = await waiting();
  const server = await createOperatedServer({
    store: new MemoryStore(),
    allowPrivateWebhooks: true,
    endGraceMs: 50,
    logTo: { write: () => undefined },
  });
  const uri = await server.listen({ port: 0 });
  onTestFinished(() => server.close());
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${uri}/api/2.0/mlflow${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const made = await post('/webhooks', {
    name: 'silent',
    url: `${receiver.uri}/wait/hook`,
    events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }],
  });
  const { webhook } = (await made.json()) as { webhook: { webhook_id: string } };
  const tested = post(`/webhooks/${webhook.webhook_id}/test`, {}).catch((error: unknown) => error);
  await expect.poll(() => receiver.begun).toEqual(['hook']);
  await server.close();
  expect(await tested).toBeInstanceOf(TypeError);
});
