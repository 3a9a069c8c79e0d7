import { isStillCovered } from '../log/log-coverage.ts';
import { pointsFiles, StoredPoints } from './stored-points.ts';

/** Returns a part of points that readers cannot use, and why; `undefined` if there is none. */
export function pointsProblem(
  folder: string,
  storeId: string,
): { readonly file: string; readonly reason: string } | undefined {
  const usable = new Map(new StoredPoints(folder, () => storeId).all());
  for (const file of pointsFiles(folder)) {
    const part = usable.get(file);
    if (part === undefined)
      return { file, reason: 'is damaged, or belongs to another store or version' };
    if (part.header.logs.some((lines) => !isStillCovered(folder, lines))) {
      return { file, reason: 'covers logs that were replaced since' };
    }
  }
  return undefined;
}
