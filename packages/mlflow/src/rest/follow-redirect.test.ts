import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExperimentId } from '@tidemark/core';
import { expect, it, onTestFinished } from 'vitest';
import { openRestStore } from './rest-store.ts';

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const ask = (uri: string) => openRestStore({ uri, token: 'tdm_secret', firstDelayMs: 1 });
const DRAFT = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };

it.each([301, 302, 303, 307, 308])(
  'a redirect with status %i to another server is not followed, and nothing is sent there',
  async (status) => {
    const other = await listen((_, response) => response.end('{}'));
    const server = await listen((request, response) =>
      response.writeHead(status, { location: `${other.uri}${request.url}` }).end(),
    );
    const store = ask(server.uri);
    for (const call of [
      () => store.createRun(DRAFT),
      () => store.experiments(),
      () => store.registry.list(),
      () =>
        store.artifacts.write(
          { kind: 'run', experimentId: '0' as never, runId: 'a' as never },
          'weights.bin',
          new Uint8Array(8),
        ),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'SERVER_UNSUITABLE',
        message: expect.stringContaining(other.uri),
      });
    }
    expect(other.requests).toEqual([]);
  },
);

it('the redirect of a read is followed on the same server, with the credentials, but not endlessly', async () => {
  const server = await listen((request, response) =>
    request.url?.startsWith('/moved')
      ? response.end('{}')
      : response.writeHead(308, { location: `/moved${request.url}` }).end(),
  );
  expect(await ask(server.uri).registry.list()).toEqual([]);
  expect(server.requests.filter((line) => line.includes('/moved'))).not.toEqual([]);
  expect(server.requests.every((line) => line.endsWith('Bearer tdm_secret'))).toBe(true);
  const loop = await listen((request, response) =>
    response.writeHead(302, { location: request.url ?? '/' }).end(),
  );
  await expect(ask(loop.uri).registry.list()).rejects.toMatchObject({ code: 'SERVER_UNSUITABLE' });
});

it.each(['file:///etc/passwd', 'https://127.0.0.1:1/', '//evil.example/', 'http://%', ''])(
  'a redirect to %o is not followed',
  async (location) => {
    const server = await listen((_, response) => response.writeHead(302, { location }).end());
    await expect(ask(server.uri).registry.list()).rejects.toMatchObject({
      code: 'SERVER_UNSUITABLE',
    });
  },
);
