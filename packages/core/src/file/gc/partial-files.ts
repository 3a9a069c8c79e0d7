import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { namesIn } from '../system/names-in.ts';

/** A file that its process did not finish writing. */
export interface PartialFile {
  /** Below the store's folder. */
  readonly path: string;
  readonly bytes: number;
}

/** A process may still write a younger file, such as an artifact of many gigabytes. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** Every folder in which a file is written under a temporary name before it is renamed. */
const FOLDERS = [LAYOUT.partialArtifacts, LAYOUT.logs, LAYOUT.index, ''] as const;

/** Returns the partial files that were not written for a day. */
export function abandonedPartials(folder: string, nowMs: number): PartialFile[] {
  const chains = namesIn(join(folder, LAYOUT.registry)).map((name) => `${LAYOUT.registry}/${name}`);
  return [...FOLDERS, ...chains].flatMap((place) =>
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
