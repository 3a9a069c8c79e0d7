import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { PaceWatch } from './slow-clients.ts';

const HEAD = 'PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n';

/** Starts a server that counts the bytes it receives, and sends it the head of a request. */
async function uploading(): Promise<{ server: Server; socket: Socket; received: () => number }> {
  let bytes = -1;
  const server = createServer((request, response) => {
    bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.end('whole'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  // The test checks that the connection ends, in whichever way.
  socket.on('error', () => socket.destroy());
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  return { server, socket, received: () => bytes };
}

test('the connection of a request with too few bytes between two checks is closed', async () => {
  const { server, socket, received } = await uploading();
  const watch = new PaceWatch(server, 100);
  socket.write(HEAD);
  await expect.poll(received).toBe(0);
  watch.look();
  socket.write('x');
  await expect.poll(received).toBe(1);
  watch.look();
  await once(socket, 'close');
});

test('a request that is slow but steady is finished, and its connection can then be idle', async () => {
  const { server, socket, received } = await uploading();
  const watch = new PaceWatch(server, 100);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.write(HEAD);
  for (let sent = 1000; sent <= 10_000; sent += 1000) {
    socket.write('x'.repeat(1000));
    await expect.poll(received).toBe(sent);
    watch.look();
  }
  await expect.poll(() => answer).toContain('whole');
  watch.look();
  watch.look();
  expect(socket.destroyed).toBe(false);
});

test('a complete request can be answered slowly', async () => {
  const server = createServer((_request, response) => {
    response.write('the first of many bytes');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const watch = new PaceWatch(server, 100);
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  socket.write('GET /a/large/download HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  for (let look = 0; look < 3; look += 1) watch.look();
  const connections = await new Promise((resolve) => server.getConnections((_, n) => resolve(n)));
  expect(connections).toBe(1);
});
