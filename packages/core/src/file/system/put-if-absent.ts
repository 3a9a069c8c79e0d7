import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeIfThere } from './remove-if-there.ts';
import { errnoOf } from './system-errors.ts';

/**
 * Creates a file with this content, unless a file of this name exists. Returns whether it did. Readers see the whole
 * file or none: it is written under a temporary name, synced, and linked into place (`open` with `wx` showed partial files
 * to readers). On NFS the link call can fail although it worked; so the caller must read the file and look for its own
 * nonce.
 */
export function putIfAbsent(path: string, content: string | Uint8Array): boolean {
  const folder = dirname(path);
  const partial = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  // The sync is the expensive part, so a process that has already lost the race for the name skips it.
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

/** Writes and syncs a file. Returns false if another file now exists at `path`. */
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
