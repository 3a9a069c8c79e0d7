import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeIfThere } from './remove-if-there.ts';
import { errnoOf } from './system-errors.ts';

/**
 * Creates a file with this content unless one of its name exists; says whether it did. Readers see all of it or
 * nothing: it is written under a temporary name, synced, and linked into place (`open` with `wx` showed partial files
 * to readers). When the link call fails although it worked, as NFS can answer, the caller finds out by reading the
 * file back and looking for its own nonce.
 */
export function putIfAbsent(path: string, content: string | Uint8Array): boolean {
  const folder = dirname(path);
  const partial = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  // If processes race for the same name, the sync is the expensive part, so a process that has lost already skips it.
  if (existsSync(path)) return false;
  try {
    if (!writeUnlessThere(partial, content, path)) return false;
    linkSync(partial, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    removeIfThere(partial);
  }
  syncFolder(folder);
  return true;
}

/** Writes and syncs a file, unless another came to stand at `path` meanwhile. */
function writeUnlessThere(partial: string, content: string | Uint8Array, path: string): boolean {
  const fd = openSync(partial, 'wx');
  try {
    writeFileSync(fd, content);
    if (existsSync(path)) return false;
    fsyncSync(fd);
    return true;
  } finally {
    closeSync(fd);
  }
}

/** Syncs a folder, so that a file created in it survives a power cut. Windows has no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
