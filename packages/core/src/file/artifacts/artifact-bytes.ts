import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { assertBytes } from '../../bytes/assert-bytes.ts';
import type { ArtifactContent } from '../../port/artifact-store.ts';

const READ_BYTES = 1024 * 1024;

/** The size of a file in bytes, and the SHA-256 of its bytes in 64 hexadecimal digits. */
export interface ContentDigest {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The source of the bytes failed (`cause`), and not the write. */
export class SourceFailure extends Error {}

/** Writes a new file and syncs it. @throws SourceFailure if the stream of the content fails */
export async function writeAndHash(path: string, content: ArtifactContent): Promise<ContentDigest> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(path, 'wx', 0o644);
  try {
    for await (const piece of content instanceof Uint8Array ? [content] : checkedPieces(content)) {
      hash.update(piece);
      sizeBytes += piece.length;
      let offset = 0;
      while (offset < piece.length) {
        offset += (await handle.write(piece, offset, piece.length - offset)).bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

/** Hashes an existing file, and syncs it. */
export async function hashFile(path: string): Promise<ContentDigest> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  // Opened for writing too, because Windows cannot sync a file that is open for reading only.
  const handle = await open(path, 'r+');
  try {
    for await (const piece of readPieces(handle)) {
      hash.update(piece);
      sizeBytes += piece.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

/**
 * Opens a regular file for reading. It does not wait if the place is a pipe. `refuse` makes the error for everything
 * that is not a regular file. `flags` may add O_NOFOLLOW.
 */
export async function openRegularFile(
  path: string,
  refuse: (info: Stats) => Error,
  flags: number = 0,
): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  const info = await handle.stat();
  if (info.isFile()) return handle;
  await handle.close();
  throw refuse(info);
}

/** Yields the bytes of an open file from `firstByte`, in pieces. The caller closes the file. */
export async function* readPieces(handle: FileHandle, firstByte = 0): AsyncGenerator<Uint8Array> {
  for (let at = firstByte; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* checkedPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of source) {
      assertBytes(piece);
      yield piece;
    }
  } catch (cause) {
    throw new SourceFailure('the source broke', { cause });
  }
}
