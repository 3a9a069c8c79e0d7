import { lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assertArtifactPath, Sha256, TidemarkError } from '@tidemark/core';
import { assertNoSymlinks } from '@tidemark/core/node';

/** A file to be put below a folder of this machine. */
export interface CopyDraft {
  /** Below the folder, with `/`. */
  readonly path: string;
  /** What its bytes must have; not compared when it is absent. */
  readonly sha256?: string;
}

/**
 * Checks, before anything is written, that files can be put below a folder: none leaves it, not even through a link
 * in it, and none exists already unless files may be overwritten.
 * @throws ARTIFACT_PATH_UNSAFE; INVALID_ARGUMENT for a file that is there
 */
export async function assertCopies(
  folder: string,
  drafts: readonly CopyDraft[],
  options: { readonly force: boolean },
): Promise<void> {
  for (const { path } of drafts) {
    assertArtifactPath(path);
    const target = join(folder, ...path.split('/'));
    const way = assertNoSymlinks(folder, dirname(target), leadsThroughLink);
    if (!way.isFree) throw inTheWay(way.place, 'a file');
    const there = await lookAt(target);
    if (there === undefined) continue;
    if (there.isDirectory()) throw inTheWay(target, 'a folder');
    if (!options.force) throw inTheWay(target, 'a file');
  }
}

/**
 * Writes one file below a folder that `assertCopies` has looked at: whole and with the digest that it
 * must have, or not at all. Gives its size.
 * @throws DIGEST_MISMATCH, WRITE_FAILED
 */
export async function copyInto(
  folder: string,
  { path, sha256 }: CopyDraft,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  const target = join(folder, ...path.split('/'));
  const partial = join(
    dirname(target),
    `.${basename(target).slice(0, 200)}.${process.pid}.partial`,
  );
  try {
    await mkdir(dirname(target), { recursive: true });
    const hash = new Sha256();
    let sizeBytes = 0;
    const handle = await open(partial, 'wx');
    try {
      for await (const piece of content) {
        hash.update(piece);
        sizeBytes += piece.length;
        await handle.writeFile(piece);
      }
    } finally {
      await handle.close();
    }
    if (sha256 !== undefined && hash.hex() !== sha256) throw changed(path, sha256);
    // In place of a link that has the name, not of what it leads to.
    await rename(partial, target);
    return sizeBytes;
  } catch (error) {
    await rm(partial, { force: true });
    throw isSystemError(error) ? notWritten(target, error) : error;
  }
}

/** Whether a path is a local folder, or a link to one. */
export async function isLocalFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw error;
  }
}

function leadsThroughLink(path: string): TidemarkError {
  return new TidemarkError(
    'ARTIFACT_PATH_UNSAFE',
    `${path} is a link, and may lead out of the folder. Take it away, or give another folder with --output.`,
    { details: { path } },
  );
}

async function lookAt(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

function inTheWay(path: string, what: string): TidemarkError {
  const wayOut =
    what === 'a file' ? 'Give --force to write over it, or another place' : 'Give another place';
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `${path} is there already, and is ${what}. ${wayOut} with --output.`,
    { details: { path } },
  );
}

function changed(path: string, sha256: string): TidemarkError {
  return new TidemarkError(
    'DIGEST_MISMATCH',
    `The file ${JSON.stringify(path)} was changed after it was logged (it had SHA-256 ${sha256}), and is not copied. Restore the store from a copy, or log the file again.`,
    { details: { path, sha256 } },
  );
}

function notWritten(path: string, cause: NodeJS.ErrnoException): TidemarkError {
  return new TidemarkError(
    'WRITE_FAILED',
    `${path} cannot be written: ${cause.message}. Make room or give another place with --output.`,
    { cause, details: { path } },
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
