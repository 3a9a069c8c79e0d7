import { readdirSync, type Stats, statSync } from 'node:fs';
import { isThere } from './is-there.ts';
import { errnoOf, readFailed } from './system-errors.ts';

/** Returns the names in a folder, sorted; none if there is no such folder or the place is a file. @throws READ_FAILED */
export function namesIn(folder: string): string[] {
  return readIfThere(folder, () => readdirSync(folder)).sort();
}

/**
 * Returns the names in a folder of the store, sorted; none if the folder does not exist. Throws if the place is a file or
 * a link to a disk that is not mounted, because the store must not look empty then.
 * @throws READ_FAILED
 */
export function namesInOwn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw readFailed(folder, error);
    assertOwnFolder(folder);
    return [];
  }
}

/** Checks that the place of a folder of the store is a folder or does not exist. @throws READ_FAILED */
export function assertOwnFolder(folder: string): void {
  let info: Stats | undefined;
  try {
    info = statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw readFailed(folder, error);
  }
  if (info?.isDirectory() === true) return;
  if (info === undefined && !isThere(folder)) return;
  const reason =
    info === undefined
      ? 'it is a link that leads nowhere: mount the disk that it leads to'
      : 'it is not a folder: move it away';
  throw readFailed(folder, new Error(reason));
}

/** Returns the names of the plain files in a folder, like `namesIn`. @throws READ_FAILED */
export function fileNamesIn(folder: string): string[] {
  return readIfThere(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

function readIfThere<Entry>(folder: string, read: () => Entry[]): Entry[] {
  try {
    return read();
  } catch (error) {
    if (NOT_THERE.has(errnoOf(error) ?? '')) return [];
    throw readFailed(folder, error);
  }
}
