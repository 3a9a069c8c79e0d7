import { isStillCovered } from '../log/log-coverage.ts';
import type { CoveredLines } from './points-format.ts';

/** How far each log is covered from its beginning on by some pieces of logs, with the last of these pieces. */
export function coveredLogs(
  folder: string,
  pieces: readonly CoveredLines[],
): Map<string, CoveredLines> {
  const covered = new Map<string, CoveredLines>();
  const valid = pieces.filter((lines) => isStillCovered(folder, lines));
  for (const piece of valid.sort((a, b) => a.from - b.from || a.bytes - b.bytes)) {
    const end = covered.get(piece.name)?.bytes ?? 0;
    if (piece.from <= end && piece.bytes > end) covered.set(piece.name, piece);
  }
  return covered;
}
