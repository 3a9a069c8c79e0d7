import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createListener,
  isIP,
  type Server,
} from 'node:net';
import { text } from 'node:stream/consumers';
import { MemoryStore } from '@tidemark/core';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { z } from 'zod';
import { buildApp } from './app.ts';
import { defineRoute } from './dispatch/route.ts';
import { addressesOf, Listeners } from './listeners.ts';

async function listening(host: string, port = 0): Promise<Server | undefined> {
  const listener = createListener();
  const failed = once(listener, 'error').then(() => undefined);
  listener.listen({ host, port });
  return Promise.race([once(listener, 'listening').then(() => listener), failed]);
}

/** Returns a second address of this machine: one of IPv6, otherwise another one of IPv4. */
async function secondAddress(context: TestContext): Promise<string> {
  for (const host of ['::1', '127.0.0.2']) {
    const listener = await listening(host);
    if (listener === undefined) continue;
    listener.close();
    return host;
  }
  return context.skip('this machine has only one address');
}

/** Starts a server with a route that waits until the test releases it. */
async function atBoth(second: string, endGraceMs = 20_000) {
  let begun = 0;
  const waits: (() => void)[] = [];
  const route = defineRoute({
    method: 'GET',
    path: '/wait',
    at: 'root',
    summary: 'waits',
    needs: 'nothing',
    request: z.looseObject({}),
    handle: async () => {
      begun += 1;
      await new Promise<void>((resolve) => waits.push(resolve));
      return {};
    },
  });
  const app = buildApp({ store: new MemoryStore(), moreRoutes: [route], endGraceMs });
  const listeners = new Listeners(app);
  await app.ready();
  const go = (): void => waits.forEach((wait) => void wait());
  onTestFinished(() => {
    go();
    return app.close();
  });
  const uri = await listeners.listen(['127.0.0.1', second], 0);
  const { port } = new URL(uri);
  const get = (host: string, path: string) => request({ host, port, path }).end();
  return { app, port: Number(port), get, go, begun: () => begun };
}

test('a server on two addresses answers on both, finishes active requests, and closes on both', async (context) => {
  const second = await secondAddress(context);
  const { app, port, get, go, begun } = await atBoth(second);
  const silent = connect(port, second);
  await once(silent, 'connect');
  const answers = ['127.0.0.1', second].map((host) => once(get(host, '/wait'), 'response'));
  await expect.poll(begun).toBe(2);
  const closed = app.close();
  await once(silent.resume(), 'close');
  go();
  for (const answer of answers) {
    const [response] = (await answer) as [IncomingMessage];
    expect([response.statusCode, response.headers.connection]).toEqual([200, 'close']);
    expect(await text(response)).toBe('{}');
  }
  await closed;
  for (const host of ['127.0.0.1', second]) {
    const free = await listening(host, port);
    expect(free?.listening).toBe(true);
    free?.close();
  }
});

test('a request on the second address that does not end is cut off too', async (context) => {
  const { app, get, begun } = await atBoth(await secondAddress(context), 50);
  const cut = get(await secondAddress(context), '/wait');
  const ended = new Promise((resolve) => cut.once('error', resolve));
  await expect.poll(begun).toBe(1);
  await app.close();
  expect(await ended).toBeInstanceOf(Error);
});

test('a port that is in use on one of the addresses is an error, and the other address stays free', async (context) => {
  const second = await secondAddress(context);
  for (const [host, other] of [
    ['127.0.0.1', second],
    [second, '127.0.0.1'],
  ] as const) {
    const visitor = await listening(host);
    onTestFinished(() => void visitor?.close());
    if (visitor === undefined) throw new Error(`nothing can listen on ${host}`);
    const { port } = visitor.address() as AddressInfo;
    const app = buildApp({ store: new MemoryStore() });
    const listeners = new Listeners(app);
    await app.ready();
    onTestFinished(() => app.close());
    await expect(listeners.listen(['127.0.0.1', second], port)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    const free = await listening(other, port);
    expect(free?.listening).toBe(true);
    free?.close();
  }
});

test('an address of a family that this machine does not support is left out', async () => {
  const app = buildApp({ store: new MemoryStore() });
  const listeners = new Listeners(app);
  await app.ready();
  onTestFinished(() => app.close());
  // An address for documentation (RFC 3849), which no machine has.
  const uri = await listeners.listen(['127.0.0.1', '2001:db8::1'], 0);
  expect((await fetch(`${uri}/health`)).status).toBe(200);
});

test('localhost is its loopback addresses, IPv4 first, and every other host is one address', async () => {
  const all = await addressesOf('localhost');
  for (const address of all) expect(address).toMatch(/^127\.|^::1$/);
  expect(new Set(all).size).toBe(all.length);
  expect(all).toEqual(all.toSorted((a, b) => isIP(a) - isIP(b)));
  expect(await addressesOf('0.0.0.0')).toEqual(['0.0.0.0']);
});
