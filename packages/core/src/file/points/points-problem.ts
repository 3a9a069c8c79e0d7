import { isStillCovered } from '../log/log-coverage.ts';
import { PointParts, pointsFiles } from './point-parts.ts';

/** Why a part of points is of no use to a reader, and its file; `undefined` when all are, or when there are none. */
export function pointsProblem(
  folder: string,
  storeId: string,
): { readonly file: string; readonly reason: string } | undefined {
  const usable = new Map(new PointParts(folder, () => storeId).all());
  for (const file of pointsFiles(folder)) {
    const part = usable.get(file);
    if (part === undefined) return { file, reason: 'is damaged, or of another store or version' };
    if (part.header.logs.some((lines) => !isStillCovered(folder, lines))) {
      return { file, reason: 'is of logs that were replaced since' };
    }
  }
  return undefined;
}
