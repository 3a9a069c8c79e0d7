import { readdirSync } from 'node:fs';
import { errnoOf, readFailed } from './system-errors.ts';

/** The names in a folder, sorted; none when there is no such folder, or a file in its place. @throws READ_FAILED */
export function namesIn(folder: string): string[] {
  return readIfThere(folder, () => readdirSync(folder)).sort();
}

/** The names of the plain files in a folder, as `namesIn`. @throws READ_FAILED */
export function fileNamesIn(folder: string): string[] {
  return readIfThere(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

function readIfThere<Entry>(folder: string, read: () => Entry[]): Entry[] {
  try {
    return read();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw readFailed(folder, error);
  }
}
