import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertArtifactPath, TidemarkError } from '@tidemark/core';
import type { LocalFile } from '../../run/local-file.ts';

/**
 * Returns the file at a path, or every regular file below a folder, in order. It checks every name before it reads
 * the first file. It follows a link to a file, but not a link to a folder, which may form a circle or lead anywhere
 * on the machine.
 * @throws ARTIFACT_NOT_FOUND, ARTIFACT_PATH_UNSAFE
 */
export async function localFiles(source: string | URL): Promise<readonly LocalFile[]> {
  const root = source instanceof URL ? fileURLToPath(source) : source;
  const found = await filesAt(root);
  for (const { path } of found) assertArtifactPath(path);
  return found
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, place }) => ({ path, localPath: place, content: () => bytesOf(place) }));
}

interface Found {
  readonly path: string;
  readonly place: string;
}

async function filesAt(root: string): Promise<Found[]> {
  const info = await stat(root).catch((cause: unknown) => {
    throw new TidemarkError(
      'ARTIFACT_NOT_FOUND',
      `There is no file or folder ${JSON.stringify(root)} to log. Check the path, which is relative to the working directory.`,
      { cause, details: { path: root } },
    );
  });
  if (info.isFile()) return [{ path: basename(root), place: root }];
  if (info.isDirectory()) return filesBelow(root, '');
  throw notAFile(root);
}

async function filesBelow(folder: string, prefix: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const [place, path] = [join(folder, entry.name), `${prefix}${entry.name}`];
    if (entry.isDirectory()) found.push(...(await filesBelow(place, `${path}/`)));
    else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(place)))) {
      found.push({ path, place });
    }
  }
  return found;
}

async function leadsToFile(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isFile();
  } catch (error) {
    // A broken or circular link has nothing to log.
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'ELOOP'].includes(String(error.code))
    )
      return false;
    throw error;
  }
}

/**
 * Opens the file only when its bytes are needed, so that a large folder needs few descriptors. It does not wait,
 * and checks again, in case a pipe or a device has replaced the file.
 */
async function* bytesOf(place: string): AsyncGenerator<Uint8Array> {
  const handle = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw notAFile(place);
    yield* handle.createReadStream({ highWaterMark: 1024 * 1024, autoClose: false });
  } finally {
    await handle.close();
  }
}

function notAFile(place: string): TidemarkError {
  return new TidemarkError(
    'ARTIFACT_PATH_UNSAFE',
    `${JSON.stringify(place)} is neither a file nor a folder, so it cannot be logged. Give the path of a file or a folder.`,
    { details: { path: place } },
  );
}
