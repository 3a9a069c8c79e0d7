import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExperimentId } from '@tidemark/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RestClient } from './rest-client.ts';
import { openRestStore, type RestStoreOptions } from './rest-store.ts';
import { delayBeforeRetry } from './retry.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server that gives these answers one after the other, and then repeats the last one. */
async function serverOf(...answers: Answer[]): Promise<{ uri: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] as Answer;
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const status =
  (code: number, body = '', headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end(body);
const hangUp: Answer = (request) => request.socket.destroy();
const breakOff: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"runs":[', () => response.destroy());
};
const open = (uri: string, options: Partial<RestStoreOptions> = {}) =>
  openRestStore({ uri, firstDelayMs: 1, ...options });
const DRAFT = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };
const NO_RUNS = status(200, '{}');

describe('requests', () => {
  it.each([408, 429, 500, 502, 503, 504])('are repeated after status %i', async (code) => {
    const { uri, requests } = await serverOf(status(code), status(code), NO_RUNS);
    expect(await open(uri).runs({ experimentIds: ['0' as ExperimentId] })).toEqual([]);
    expect(requests).toHaveLength(3);
  });

  it('are repeated after a broken connection if they are idempotent', async () => {
    const { uri, requests } = await serverOf(hangUp, NO_RUNS);
    await open(uri).runs({ experimentIds: ['0' as ExperimentId] });
    expect(requests).toHaveLength(2);
  });

  it('are repeated after an incomplete answer', async () => {
    const { uri, requests } = await serverOf(breakOff, NO_RUNS);
    expect(await open(uri).runs({ experimentIds: ['0' as ExperimentId] })).toEqual([]);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['an incomplete answer', breakOff],
    ['a broken connection', hangUp],
    ['status 500', status(500)],
    ['status 503', status(503)],
  ])('that create are not repeated after %s, because they may have arrived', async (_, answer) => {
    const { uri, requests } = await serverOf(answer);
    await expect(open(uri).createRun(DRAFT)).rejects.toMatchObject({
      code: expect.stringMatching(/SERVER_(UNREACHABLE|FAILED)/),
    });
    expect(requests).toHaveLength(1);
  });

  it('that create are repeated when the server refused them because there were too many', async () => {
    const { uri, requests } = await serverOf(
      status(429, '', { 'retry-after': '0' }),
      status(200, '{"run":{"info":{"run_id":"abc","experiment_id":"0"}}}'),
    );
    expect(await open(uri).createRun(DRAFT)).toMatchObject({ runId: 'abc' });
    expect(requests).toHaveLength(2);
  });

  it('fail with an error that says that the server is too busy', async () => {
    const { uri } = await serverOf(
      status(429, '{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"Try later."}'),
    );
    const refused = open(uri, { retries: 0 }).createRun(DRAFT);
    await expect(refused).rejects.toThrow(`${uri} is too busy: Try later.`);
  });

  it('end when no answer comes in time', async () => {
    const { uri } = await serverOf(() => {});
    const store = open(uri, { timeoutMs: 50, retries: 0 });
    await expect(store.runs({ experimentIds: ['0' as ExperimentId] })).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringContaining('ETIMEDOUT'),
    });
  });

  it('that send a long stream do not time out as long as the stream makes progress', async () => {
    const { uri } = await serverOf((request, response) => {
      request.resume().on('end', () => response.end('{}'));
    });
    // Only the time of the client, so that none passes while the machine does something else.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let sent = 0;
    const content = new ReadableStream<Uint8Array>({
      pull(controller) {
        vi.advanceTimersByTime(100);
        sent += 1;
        if (sent > 40) controller.close();
        else controller.enqueue(new Uint8Array(1000));
      },
    });
    const client = new RestClient({ uri, timeoutMs: 1000, retries: 0 });
    const answer = await client.bytes({ method: 'PUT', path: '/artifact', content });
    expect(answer.status).toBe(200);
  });

  it('fail with an error that says that no server listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const store = open(`http://127.0.0.1:${port}`, { retries: 1 });
    await expect(store.createRun(DRAFT)).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('fail if another kind of server answers', async () => {
    const { uri } = await serverOf(status(200, '<html>a shop</html>'));
    const store = open(uri);
    const shop = store.runs({ experimentIds: ['0' as ExperimentId] });
    await expect(shop).rejects.toMatchObject({ code: 'SERVER_UNSUITABLE' });
  });
});

describe('the wait before a repetition', () => {
  it('doubles, is random by half, and ends with the last retry', () => {
    const failed = { outcome: 'answered', status: 503, retryAfter: null } as const;
    const delay = (failures: number, random: number) =>
      delayBeforeRetry(
        failed,
        { repeatable: true, failures },
        { firstDelayMs: 100, retries: 3 },
        () => random,
      );
    expect([delay(1, 0), delay(1, 1), delay(2, 1), delay(3, 1), delay(4, 1)]).toEqual([
      50,
      100,
      200,
      400,
      undefined,
    ]);
  });

  it('follows the Retry-After of the server, in seconds or as a date, up to a limit', () => {
    const delay = (retryAfter: string, { failures = 1, random = 0 } = {}) =>
      delayBeforeRetry(
        { outcome: 'answered', status: 503, retryAfter },
        { repeatable: true, failures },
        {},
        () => random,
      );
    expect(delay('7')).toBe(7000);
    expect(delay(new Date(0).toUTCString())).toBe(0);
    expect(delay('999999')).toBe(30_000);
    // Clients that were refused together do not come back together, and are further apart each time.
    expect(delay('7', { random: 1 })).toBe(7500);
    expect(delay('7', { random: 1, failures: 4 })).toBe(11_000);
  });
});
