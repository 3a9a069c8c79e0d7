import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TidemarkError } from '@tidemark/core';

/** The most characters of the name of a file in the name of its partial file. */
const MOST_OF_NAME = 200;

/**
 * Writes a file: all of it, or nothing. Until then the bytes are in another file of the same folder, which also a kill
 * leaves under its own name. Replaces a file of this name, and a link with this name but not its target. Returns the size in
 * bytes.
 * @param check called with all bytes written, to refuse them
 * @throws WRITE_FAILED; what `content` and `check` throw
 */
export async function writeWholeFile(
  target: string,
  content: AsyncIterable<Uint8Array>,
  check: () => void = () => {},
): Promise<number> {
  const name = `.${basename(target).slice(0, MOST_OF_NAME)}.${process.pid}.partial`;
  const partial = join(dirname(target), name);
  try {
    let sizeBytes = 0;
    const handle = await open(partial, 'wx');
    try {
      for await (const piece of content) {
        sizeBytes += piece.length;
        await handle.writeFile(piece);
      }
      // Some file systems report a full disk only now.
      await handle.sync();
    } finally {
      await handle.close();
    }
    check();
    await rename(partial, target);
    return sizeBytes;
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw isSystemError(error) ? notWritten(target, error) : error;
  }
}

/** Whether the operating system refused a call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Returns the error for a file that cannot be written. */
export function notWritten(path: string, cause: NodeJS.ErrnoException): TidemarkError {
  return new TidemarkError(
    'WRITE_FAILED',
    `${path} cannot be written: ${cause.message}. Free some space, or give another path with --output.`,
    { cause, details: { path } },
  );
}
