import { Readable } from 'node:stream';
import { isTidemarkError } from '@tidemark/core';
import type { FastifyReply } from 'fastify';
import { SENT } from '../route.ts';
import { WireError } from '../wire/wire-error.ts';
import { artifactMediaType } from './media-type.ts';

/**
 * Answers with an artifact's bytes, so that nothing in it can act in the page's origin: as a
 * download, its type not to be guessed, in a sandbox without scripts. Small files go with their length, others in
 * chunks as they are read. `place` names the file to the client.
 * @throws WireError RESOURCE_DOES_NOT_EXIST
 */
export async function sendArtifact(
  reply: FastifyReply,
  place: string,
  content: AsyncIterable<Uint8Array>,
): Promise<typeof SENT> {
  const pieces = content[Symbol.asyncIterator]();
  // Read before the status is sent: a file that is not there is a 404 and not a broken download.
  const first = await firstPiece(pieces, place);
  const second = first.done === true ? first : await pieces.next();
  const name = place.slice(place.lastIndexOf('/') + 1);
  reply
    .header('content-type', artifactMediaType(name))
    .header('content-disposition', contentDisposition(name))
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'")
    .header('cross-origin-resource-policy', 'same-origin')
    .header('cache-control', 'no-cache');
  if (second.done === true) {
    reply.send(first.done === true ? Buffer.alloc(0) : Buffer.from(first.value));
  } else {
    reply.send(Readable.from(rest([first.value as Uint8Array, second.value], pieces)));
  }
  return SENT;
}

async function firstPiece(
  pieces: AsyncIterator<Uint8Array>,
  place: string,
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await pieces.next();
  } catch (error) {
    if (!isTidemarkError(error, 'ARTIFACT_NOT_FOUND')) throw error;
    throw new WireError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${place}'`, {
      cause: error,
    });
  }
}

async function* rest(
  begun: readonly Uint8Array[],
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* begun;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      yield next.value;
    }
  } finally {
    // A client that goes away leaves the file to be closed.
    await pieces.return?.();
  }
}

/** RFC 6266: a plain name for old clients, and the exact one in UTF-8. */
function contentDisposition(name: string): string {
  const plain = name.replace(/[^\w.-]/g, '_');
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return plain === name
    ? `attachment; filename=${name}`
    : `attachment; filename=${plain}; filename*=UTF-8''${exact}`;
}
