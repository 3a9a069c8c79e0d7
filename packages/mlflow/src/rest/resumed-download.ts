import { TidemarkError } from '@tidemark/core';
import type { RestClient } from './rest-client.ts';

/**
 * Yields the bytes of a response. If the connection breaks, the rest is requested by range. The number of retries
 * counts again after each byte that arrives, and each byte is returned once. If the server sends no version of the
 * content (no strong ETag), the request is repeated only while nothing has arrived, because the rest could belong
 * to another version.
 * @throws SERVER_UNREACHABLE, SERVER_FAILED if the content changed in between
 */
export async function* resumedDownload(
  client: RestClient,
  path: string,
  first: Response,
): AsyncGenerator<Uint8Array> {
  const version = strongTag(first);
  const total = lengthOf(first);
  let received = 0;
  let failures = 0;
  for (let response = first; ; ) {
    // The bytes of a repeated response that are already there.
    let toSkip = response.status === 206 ? 0 : received;
    const reader = response.body?.getReader();
    let broken: unknown;
    try {
      for (;;) {
        const piece = await nextPiece(reader);
        if ('cause' in piece) broken = piece.cause;
        if (!('bytes' in piece)) break;
        const skipped = Math.min(toSkip, piece.bytes.length);
        toSkip -= skipped;
        const bytes = skipped === 0 ? piece.bytes : piece.bytes.subarray(skipped);
        if (bytes.length === 0) continue;
        received += bytes.length;
        failures = 0;
        yield bytes;
      }
    } finally {
      // A broken stream cannot be cancelled. It fails with the same error again.
      await reader?.cancel().catch(() => {});
    }
    if (broken === undefined || received === total) return;
    failures += 1;
    if (received > 0 && version === undefined) throw brokenOff(client, path, received, broken);
    await client.pauseBeforeRetry(failures, broken);
    response = await rest(client, path, received, version);
  }
}

/**
 * Requests the rest.
 * @throws SERVER_UNREACHABLE; SERVER_FAILED when the answer is not the rest of the earlier bytes
 */
async function rest(
  client: RestClient,
  path: string,
  received: number,
  version: string | undefined,
): Promise<Response> {
  const headers: Record<string, string> =
    received === 0 || version === undefined
      ? {}
      : { range: `bytes=${received}-`, 'if-range': version };
  const response = await client.bytes({ method: 'GET', path, headers, accept: [416] });
  const begins = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  const isRest = response.status !== 206 || Number(begins) === received;
  const isSame = received === 0 || strongTag(response) === version;
  if (response.ok && isRest && isSame) return response;
  await response.body?.cancel();
  throw new TidemarkError(
    'SERVER_FAILED',
    `${client.baseUrl} sent another version of ${path} after the connection broke, because the content was changed while it was read. Read it again.`,
    { details: { path, status: response.status } },
  );
}

async function nextPiece(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<{ bytes: Uint8Array } | { cause: unknown } | { done: true }> {
  try {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    return done ? { done } : { bytes: value };
  } catch (cause) {
    return { cause };
  }
}

function brokenOff(
  client: RestClient,
  path: string,
  received: number,
  cause: unknown,
): TidemarkError {
  return new TidemarkError(
    'SERVER_UNREACHABLE',
    `${client.baseUrl} broke off after ${received} bytes of ${path}. Read it again. If this happens each time, check the time limits of the proxies in between.`,
    { cause, details: { path, received } },
  );
}

function strongTag(response: Response): string | undefined {
  const tag = response.headers.get('etag');
  return tag === null || tag.startsWith('W/') ? undefined : tag;
}

/** Returns the length of the whole content, if the response gives it for the bytes as they are read. */
function lengthOf(response: Response): number | undefined {
  const length = response.headers.get('content-length');
  const isCoded = response.headers.has('content-encoding');
  return response.status !== 200 || length === null || isCoded ? undefined : Number(length);
}
