import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { limitConnections } from './limit-connections.ts';

test('an idle connection is closed, and so are connections beyond the limit', async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  limitConnections(app, { connections: 1, idleTimeoutMs: 1000 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const open = () => {
    const socket = connect(port, '127.0.0.1').resume();
    // The test checks that the connection ends, in whichever way.
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const first = open();
  const firstClosed = once(first, 'close');
  await once(first, 'connect');
  await once(open(), 'close');
  await firstClosed;
});

test('the time for headers is limited, the time for bodies is not', async () => {
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
