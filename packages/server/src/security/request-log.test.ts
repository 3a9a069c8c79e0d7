import { Writable } from 'node:stream';
import fastify from 'fastify';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { redactUrl, requestLogOptions } from './request-log.ts';

test.each([
  ['/a?token=abc&path=x', '/a?token=REDACTED&path=x'],
  [
    '/a?X-Amz-Signature=abc&X-Amz-Credential=d',
    '/a?X-Amz-Signature=REDACTED&X-Amz-Credential=REDACTED',
  ],
  ['/a?%74oken=abc', '/a?%74oken=REDACTED'],
  ['/a?page_token=abc&max_results=3', '/a?page_token=abc&max_results=3'],
  ['/a?sig=1', '/a?sig=REDACTED'],
  ['/a', '/a'],
])('the log shows %s as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});

test('requests are logged as JSON lines without headers, bodies or secrets', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const app = fastify({ loggerInstance: pino(requestLogOptions(), sink) });
  onTestFinished(() => app.close());
  app.post('/hook', (request) => {
    request.log.info({ webhook: { secret: 'hush-1', url: 'https://example.org' } }, 'made');
    request.log.info({ headers: { authorization: 'hush-2' } }, 'seen');
    throw new Error('broken', { cause: new Error('deeper') });
  });
  await app.inject({
    method: 'POST',
    url: '/hook?token=hush-3',
    headers: { authorization: 'Bearer hush-4', cookie: 'a=hush-5' },
    payload: { secret: 'hush-6' },
  });
  const text = lines.join('');
  expect(text).not.toMatch(/hush/);
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries[0]).toMatchObject({
    req: { method: 'POST', url: '/hook?token=REDACTED', remoteAddress: '127.0.0.1' },
  });
  expect(entries.some(({ res }) => (res as { statusCode?: number })?.statusCode === 500)).toBe(
    true,
  );
  expect(text).toContain('deeper');
});
