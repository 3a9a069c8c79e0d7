import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { TidemarkError } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';
import type { Page, PageFile } from './page.ts';

function file(mediaType: string, text: string): PageFile {
  const plain = Buffer.from(text);
  return { mediaType, plain, gzip: gzipSync(plain), brotli: brotliCompressSync(plain) };
}

const INDEX = '<!doctype html><title>A page</title>';
const SCRIPT = 'console.log(1);';
const page: Page = {
  policy: "default-src 'none'",
  files: new Map([
    ['index.html', file('text/html; charset=utf-8', INDEX)],
    ['assets/main-1a2b.js', file('text/javascript; charset=utf-8', SCRIPT)],
  ]),
};

describe('the files of a page', () => {
  it('are served with the policy of the page, and need no login', async () => {
    const client = await serve({
      page,
      access: {
        identify: () => {
          throw new TidemarkError('UNAUTHENTICATED', 'No user is logged in.');
        },
      },
    });
    const answer = await client.fetch('/');
    expect([answer.status, await answer.text()]).toEqual([200, INDEX]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-cache',
    });
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    ['br;q=0, gzip', gunzipSync],
    ['identity', (bytes: Buffer) => bytes],
  ])('are sent in an encoding that the client accepts: %s', async (accepted, decode) => {
    const client = await serve({ page });
    const { url } = await client.fetch('/assets/main-1a2b.js');
    // `fetch` decodes by itself.
    const answer = await new Promise<IncomingMessage>((resolve) => {
      get(url, { headers: { 'accept-encoding': accepted } }, resolve);
    });
    expect(decode(await buffer(answer)).toString()).toBe(SCRIPT);
    expect(answer.headers).toMatchObject({ vary: 'accept-encoding' });
  });

  it('are kept for a year if their name changes with their content, and are asked for again otherwise', async () => {
    const client = await serve({ page });
    const script = await client.fetch('/assets/main-1a2b.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const first = await client.fetch('/');
    const again = await client.fetch('/', {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('do not include other paths', async () => {
    const client = await serve({ page });
    for (const path of ['/assets/other.js', '/assets/../package.json', '//', '/index.html']) {
      expect([path, (await client.fetch(path)).status]).toEqual([path, 404]);
    }
  });

  it('are not part of the documented API', async () => {
    const client = await serve({ page });
    const { paths } = await client.get('/openapi.json');
    expect(Object.keys(paths)).not.toContain('/assets/main-1a2b.js');
  });
});

it('a server without a page shows how to connect a client', async () => {
  const client = await serve();
  expect((await client.fetch('/?from=a-link')).status).toBe(404);
  expect(await (await client.fetch('/')).text()).toContain('MLFLOW_TRACKING_URI');
});
