import { lstatSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { namesIn } from '../system/names-in.ts';
import { errnoOf } from '../system/system-errors.ts';

/** A file that its process did not finish writing. */
export interface PartialFile {
  /** Below the store's folder. */
  readonly path: string;
  readonly bytes: number;
}

/** A process may still write a younger file, such as an artifact of many gigabytes. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** The folders in which a file is written under a temporary name before it is renamed, besides those below the index. */
const FOLDERS = [LAYOUT.partialArtifacts, LAYOUT.logs, ''] as const;

/** Returns the partial files that were not written for a day. */
export function abandonedPartials(folder: string, nowMs: number): PartialFile[] {
  const chains = namesIn(join(folder, LAYOUT.registry)).map((name) => `${LAYOUT.registry}/${name}`);
  return [...FOLDERS, ...chains, ...foldersOfIndex(folder)].flatMap((place) =>
    namesIn(join(folder, place))
      .filter((name) => place === LAYOUT.partialArtifacts || /^\..+\.partial$/.test(name))
      .flatMap((name) => {
        const path = place === '' ? name : `${place}/${name}`;
        const info = lstatSync(join(folder, path), { throwIfNoEntry: false });
        if (info?.isFile() !== true || nowMs - info.mtimeMs < ABANDONED_AFTER_MS) return [];
        return [{ path, bytes: info.size }];
      }),
  );
}

/** The folder of the index and all folders below it: each kind of derived files has its own. */
function foldersOfIndex(folder: string): string[] {
  try {
    const below = readdirSync(join(folder, LAYOUT.index), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
    return [LAYOUT.index, ...below];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
