import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { errnoOf, readFailed } from './system-errors.ts';

/** The names in a folder, sorted; none when there is no such folder, or a file in its place. @throws READ_FAILED */
export function namesIn(folder: string): string[] {
  return readIfThere(folder, () => readdirSync(folder)).sort();
}

/**
 * The names in a folder that a store always has in this place, sorted; none when there is nothing. A file
 * there, or a link to a disk that is not mounted, must not make the store look empty.
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

/** Makes sure that there is a folder, or nothing, where a store always has one. @throws READ_FAILED */
export function assertOwnFolder(folder: string): void {
  let info: Stats | undefined;
  try {
    info = statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw readFailed(folder, error);
  }
  if (info?.isDirectory() === true) return;
  if (info === undefined && lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  const reason =
    info === undefined
      ? 'it is a link that leads nowhere: mount the disk that it leads to'
      : 'it is not a folder: move it away';
  throw readFailed(folder, new Error(reason));
}

/** The names of the plain files in a folder, as `namesIn`. @throws READ_FAILED */
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
