import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExperimentId, RunId } from '@tidemark/core';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { openRestStore } from './rest-store.ts';

const RUN = 'a'.repeat(32) as RunId;
const OWNER = { kind: 'run', experimentId: '0' as ExperimentId, runId: RUN } as const;
const RUN_ANSWER = JSON.stringify({
  run: { info: { run_id: RUN, experiment_id: '0', artifact_uri: 'mlflow-artifacts:/0/x' } },
});

/** One answer: the connection is cut after the given number of bytes. */
interface Cut {
  readonly after?: number;
  readonly content?: Buffer;
  readonly tagged?: false;
  readonly ranges?: false;
}

/** Starts a server with one file. It records the requested ranges. */
async function serverOf(content: Buffer, cuts: readonly Cut[]) {
  const asked: (string | undefined)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (!request.url?.includes('mlflow-artifacts')) {
      response.end(RUN_ANSWER);
      return;
    }
    const { after, content: now = content, tagged, ranges } = cuts[asked.length] ?? {};
    asked.push(request.headers.range);
    const tag = `"${createHash('sha256').update(now).digest('hex')}"`;
    const isSame = request.headers['if-range'] === tag;
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const start = from === undefined || ranges === false || !isSame ? 0 : Number(from);
    const part = now.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': part.length,
      ...(tagged === false ? {} : { etag: tag }),
      ...(start > 0 ? { 'content-range': `bytes ${start}-${now.length - 1}/${now.length}` } : {}),
    });
    if (after === undefined) response.end(part);
    else response.write(part.subarray(0, Math.max(0, after - start)), () => response.destroy());
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = openRestStore({ uri, firstDelayMs: 1, retries: 2 });
  const read = async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of store.artifacts.read(OWNER, 'model.bin')) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  return { read, asked };
}

it('a download that breaks off continues at that place, however often, and returns each byte once', async () => {
  const content = fc.uint8Array({ minLength: 1, maxLength: 200_000 });
  const cuts = fc.array(fc.record({ part: fc.double({ min: 0, max: 1, noNaN: true }) }), {
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(content, cuts, fc.boolean(), async (bytes, parts, hasRanges) => {
      const file = Buffer.from(bytes);
      // Each is later than the one before, because only progress allows another break.
      const at = parts.map(({ part }) => Math.ceil(part * file.length)).sort((a, b) => a - b);
      const growing = [...new Set(at)].filter((after) => after > 0 && after < file.length);
      const { read } = await serverOf(
        file,
        growing.map((after) => ({ after, ...(hasRanges ? {} : { ranges: false }) })),
      );
      expect((await read()).equals(file)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

it('a download that breaks off requests the rest of the file', async () => {
  const file = Buffer.alloc(100_000, 'ab');
  const { read, asked } = await serverOf(file, [{ after: 60_000 }]);
  expect((await read()).equals(file)).toBe(true);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatch(/^bytes=\d+-$/);
});

it('a download never mixes two versions of a file', async () => {
  const file = Buffer.alloc(100_000, 'ab');
  const { read } = await serverOf(file, [
    { after: 60_000 },
    { content: Buffer.alloc(100_000, 'cd') },
  ]);
  await expect(read()).rejects.toMatchObject({
    code: 'SERVER_FAILED',
    message: expect.stringContaining('changed while it was read'),
  });
});

it.each([
  ['without a version', [{ after: 60_000, tagged: false }]],
  ['again and again at one place', Array.from({ length: 9 }, () => ({ after: 60_000 }))],
  ['before anything arrived', Array.from({ length: 9 }, () => ({ after: 0 }))],
] as const)('a download fails with a typed error when it breaks off: %s', async (_, cuts) => {
  const { read, asked } = await serverOf(Buffer.alloc(100_000, 'ab'), cuts);
  await expect(read()).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  expect(asked.length).toBeLessThanOrEqual(4);
});
