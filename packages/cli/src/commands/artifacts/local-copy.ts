import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertArtifactPath, Sha256, TidemarkError } from '@tidemark/core';
import { assertNoSymlinks } from '@tidemark/core/node';
import { isSystemError, notWritten, writeWholeFile } from '../../write-whole-file.ts';

/** A file to write below a folder of this machine. */
export interface CopyDraft {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** The expected digest. Absent means no check. */
  readonly sha256?: string;
}

/**
 * Checks files before any is written: no path leaves the folder, not even through a link in it, and no file exists
 * unless files may be overwritten.
 * @throws ARTIFACT_PATH_UNSAFE; INVALID_ARGUMENT for a file that exists
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
 * Writes one file below a folder that `assertCopies` has checked: all of it with the expected digest, or nothing.
 * Returns its size in bytes.
 * @throws DIGEST_MISMATCH, WRITE_FAILED
 */
export async function copyInto(
  folder: string,
  { path, sha256 }: CopyDraft,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  const target = join(folder, ...path.split('/'));
  try {
    await mkdir(dirname(target), { recursive: true });
  } catch (error) {
    throw isSystemError(error) ? notWritten(target, error) : error;
  }
  const hash = new Sha256();
  return writeWholeFile(target, hashed(content, hash), () => {
    if (sha256 !== undefined && hash.hex() !== sha256) throw changed(path, sha256);
  });
}

async function* hashed(
  content: AsyncIterable<Uint8Array>,
  hash: Sha256,
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
}

/** Returns whether a path is a local folder, or a link to one. */
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
    `${path} is a symbolic link, which could lead out of the folder. Remove it, or give another folder with --output.`,
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
    what === 'a file' ? 'Give --force to overwrite it, or another path' : 'Give another path';
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `${path} exists already, and is ${what}. ${wayOut} with --output.`,
    { details: { path } },
  );
}

function changed(path: string, sha256: string): TidemarkError {
  return new TidemarkError(
    'DIGEST_MISMATCH',
    `The file ${JSON.stringify(path)} was not copied, because it changed after it was logged (with SHA-256 ${sha256}). Restore the store from a backup, or log the file again.`,
    { details: { path, sha256 } },
  );
}
