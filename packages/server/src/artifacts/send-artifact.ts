import { Readable } from 'node:stream';
import {
  type ArtifactOwner,
  folderOfArtifact,
  isTidemarkError,
  nameOfArtifact,
  type Store,
} from '@tidemark/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SENT } from '../wire/sent.ts';
import { WireError } from '../wire/wire-error.ts';
import type { ArtifactScope } from './artifact-locations.ts';
import type { ArtifactSource } from './artifact-source.ts';
import { type ByteRange, bytesOfRange, parseByteRange } from './byte-range.ts';
import { conditionalStatus } from './entity-tags.ts';
import { artifactMediaType } from './media-type.ts';

/** The request to answer, and the context that finds its files. */
export interface ArtifactCall {
  readonly context: ArtifactScope;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The file to send. */
export interface SentArtifact {
  readonly owner: ArtifactOwner;
  /** Relative to the owner's root. */
  readonly path: string;
  /** The name of the file in messages to the client. */
  readonly place: string;
  readonly source: ArtifactSource;
}

/**
 * Sends the bytes of an artifact so that nothing in it can act in the page's origin: as a download, with
 * `nosniff`, in a sandbox without scripts. The answer has a length: without one, a download that is cut off
 * looks complete behind a proxy that speaks HTTP/1.0. A file with a recorded digest has it as its ETag, for
 * `If-None-Match` and `If-Match`. A request for one range gets it (206), or 416 if the range is not in the
 * file. With another ETag in `If-Range` it gets the whole file. HEAD gets the headers.
 * @throws WireError RESOURCE_DOES_NOT_EXIST
 */
export async function sendArtifact(
  call: ArtifactCall,
  artifact: SentArtifact,
): Promise<typeof SENT> {
  const { reply, request } = call;
  const { place, path, source } = artifact;
  const etag = await etagOf(artifact, call.context.store);
  const name = nameOfArtifact(place);
  const headers = {
    'content-type': artifactMediaType(name),
    'content-disposition': contentDisposition(name),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
    'accept-ranges': 'bytes',
    ...(etag === undefined ? {} : { etag }),
  };
  const instead = conditionalStatus(request.headers, etag);
  if (instead !== undefined) {
    reply.code(instead).headers({ etag, 'cache-control': 'no-cache' }).send();
    return SENT;
  }
  const { range: asked, 'if-range': unchanged } = request.headers;
  const wantsRange =
    request.method === 'GET' &&
    asked !== undefined &&
    (unchanged === undefined || unchanged === etag);
  const sizeBytes =
    wantsRange || request.method === 'HEAD' ? await sizeOf(source, path) : undefined;
  if (request.method === 'HEAD' && sizeBytes !== undefined) {
    // Fastify would count the bytes of anything but a stream.
    reply.headers({ ...headers, 'content-length': sizeBytes }).send(Readable.from([]));
    return SENT;
  }
  const range = sizeBytes === undefined ? undefined : parseByteRange(asked, sizeBytes);
  if (range === 'unsatisfiable') {
    reply
      .code(416)
      .headers({ 'content-range': `bytes */${sizeBytes}`, 'accept-ranges': 'bytes' })
      .send();
    return SENT;
  }
  const pieces = iterate(range === undefined ? source.read(path) : partOf(artifact, range));
  // The first bytes are read before the status is sent, so that a missing file is a 404 and not a broken
  // download.
  const first = await firstPiece(pieces, place);
  const second = first.done === true ? first : await pieces.next();
  reply.headers(headers);
  if (range !== undefined) {
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${sizeBytes}`);
  }
  if (second.done === true) {
    reply.send(first.done === true ? Buffer.alloc(0) : Buffer.from(first.value));
    return SENT;
  }
  const length = range ? range.last - range.first + 1 : await sizeOf(source, path);
  if (length !== undefined) reply.header('content-length', length);
  const whole = rest([first.value as Uint8Array, second.value], pieces);
  reply.send(Readable.from(length === undefined ? whole : exactly(whole, length)));
  return SENT;
}

function partOf({ source, path }: SentArtifact, range: ByteRange): AsyncIterable<Uint8Array> {
  return source.readFrom === undefined
    ? bytesOfRange(source.read(path), range)
    : bytesOfRange(source.readFrom(path, range.first), range, range.first);
}

function iterate(content: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  return content[Symbol.asyncIterator]();
}

/**
 * Returns the recorded digest of a file in the store. Files that clients wrote to a folder themselves have
 * none.
 */
async function etagOf({ owner, path }: SentArtifact, store: Store): Promise<string | undefined> {
  const [found] =
    owner.kind === 'run'
      ? await store.runs({ runIds: [owner.runId] })
      : await store.loggedModels({ modelIds: [owner.modelId] });
  const recorded = found?.artifacts.find((file) => file.path === path);
  return recorded && `"${recorded.sha256}"`;
}

/** Returns the size of a file, or `undefined` when it does not exist. */
async function sizeOf(source: ArtifactSource, path: string): Promise<number | undefined> {
  const entries = await source.list(folderOfArtifact(path) ?? '');
  return entries.find((entry) => entry.path === path && !entry.isFolder)?.sizeBytes;
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
    // When the client disconnects, the file is closed.
    await pieces.return?.();
  }
}

/**
 * Yields exactly as many bytes as the headers promise. If the file changed in between, it breaks the
 * connection: with more or fewer bytes the client would read the next answer as part of this one.
 */
async function* exactly(
  content: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const piece of content) {
    sent += piece.length;
    if (sent > length) throw new Error('the file became longer while it was sent');
    yield piece;
  }
  if (sent < length) throw new Error('the file became shorter while it was sent');
}

/**
 * Returns a `Content-Disposition` with a plain name for old clients and the exact name in UTF-8 (RFC 6266).
 */
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
