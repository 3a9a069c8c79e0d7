import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { limitConnections } from './limit-connections.ts';

test('a connection on which nothing moves is ended, and more than the most are closed', async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  limitConnections(app, { connections: 1, idleTimeoutMs: 1000 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const open = () => {
    const socket = connect(port, '127.0.0.1').resume();
    // That it ends is looked at, in whichever way.
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const first = open();
  const firstClosed = once(first, 'close');
  await once(first, 'connect');
  await once(open(), 'close');
  await firstClosed;
});

test('the time for headers is bounded, that for bodies is not', async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  limitConnections(app);
  const { maxConnections, headersTimeout, requestTimeout, timeout } = app.server;
  expect({ maxConnections, headersTimeout, requestTimeout, timeout }).toEqual({
    maxConnections: 2000,
    headersTimeout: 20_000,
    requestTimeout: 0,
    timeout: 120_000,
  });
});
