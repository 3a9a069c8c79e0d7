import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RunId } from '../../model/ids.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import { writeDerivedInTurns } from '../index/part-files.ts';
import { LAYOUT } from '../layout.ts';
import { isStillCovered } from '../log/log-coverage.ts';
import { logNames } from '../log/log-reader.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { coveredLogs } from './covered-logs.ts';
import { Gathered, MOST_GATHERED } from './gathered.ts';
import { LogPoints } from './log-points.ts';
import { encodePoints } from './points-builder.ts';
import type { PointSeries, PointsPart } from './points-part.ts';
import type { StoredPoints } from './stored-points.ts';

/** The sources of new parts of points. */
export interface PointsMaking {
  readonly folder: string;
  readonly storeId: string;
  readonly parts: StoredPoints;
  /** Called before a part is encoded: reads what is new, so that the part has nothing that was purged by then. */
  readonly onPart: () => void;
  readonly purgedMetrics: (runId: RunId) => (key: string) => boolean;
}

/** A part with fewer points is always merged into the next one. */
const FEW_POINTS = 10_000;

/**
 * Writes the points of all lines that no part covers into new parts. Other work can run at each `yield`. Returns the number
 * of parts. @throws READ_FAILED, STORE_FORMAT_TOO_NEW
 */
export function* makePoints(making: PointsMaking): Generator<void, number> {
  for (;;) {
    try {
      return yield* coverLines(making);
    } catch (error) {
      // The damaged part is no longer used, so the next round reads its lines from the logs.
      if (!(error instanceof IndexDamaged)) throw error;
    }
  }
}

function* coverLines(making: PointsMaking): Generator<void, number> {
  const { folder } = making;
  removeStale(making);
  let written = 0;
  let gathered = new Gathered();
  const covered = coveredLogs(
    folder,
    making.parts.all().flatMap(([, part]) => part.header.logs),
  );
  yield;
  for (const name of logNames(folder)) {
    const reading = new LogPoints({ folder, name, before: covered.get(name) });
    while (!reading.isAtEnd) {
      yield* reading.gather(gathered);
      if (!gathered.isFull) break;
      if (yield* write(making, gathered)) written += 1;
      gathered = new Gathered();
    }
  }
  if (gathered.logs.length === 0) return written;
  const merged = yield* takeIn(making, gathered);
  if (!(yield* write(making, gathered))) return written;
  for (const file of merged) removeIfThere(join(folder, LAYOUT.index, file));
  return written + 1;
}

/** Removes parts of logs that were replaced. No reader uses them, and they may have purged points. */
function removeStale({ folder, parts }: PointsMaking): void {
  for (const [file, part] of parts.all()) {
    if (part.header.logs.every((lines) => isStillCovered(folder, lines))) continue;
    removeIfThere(join(folder, LAYOUT.index, file));
  }
}

/**
 * Adds the points of parts that are small compared with the new points, so that there are few parts. Returns their files.
 * @throws IndexDamaged for a damaged part, which is not used again
 */
function* takeIn(making: PointsMaking, gathered: Gathered): Generator<void, string[]> {
  const merged: string[] = [];
  const sized = making.parts.all().map(([file, part]) => {
    return { file, part, count: orGiveUp(making, file, part, () => part.pointCount) };
  });
  for (const { file, part, count } of sized.sort((a, b) => a.count - b.count)) {
    // A point is written again only if its part at least doubles.
    const isSmall = count <= 2 * gathered.pointCount + FEW_POINTS;
    if (!isSmall || gathered.pointCount + count > MOST_GATHERED) break;
    const first = gathered.logs.length;
    gathered.logs.push(...part.header.logs);
    for (let row = 0; row < part.runCount; row += 1) {
      for (const log of part.logsOf(row)) gathered.run(part.runId(row), first + log);
      const run = gathered.run(part.runId(row), first + (part.logsOf(row)[0] as number));
      for (const key of part.keysOf(row)) {
        orGiveUp(making, file, part, () =>
          gathered.addColumns(run, key, part.points(part.series(row, key) as PointSeries)),
        );
        yield;
      }
    }
    merged.push(file);
  }
  return merged;
}

/** Reads from a part. If it is damaged, removes it, and does not use it again. @throws IndexDamaged */
function orGiveUp<Found>(
  { folder, parts }: PointsMaking,
  file: string,
  part: PointsPart,
  read: () => Found,
): Found {
  try {
    return read();
  } catch (error) {
    if (error instanceof IndexDamaged) {
      parts.giveUp(part);
      removeIfThere(join(folder, LAYOUT.index, file));
    }
    throw error;
  }
}

function* write(making: PointsMaking, gathered: Gathered): Generator<void, boolean> {
  const { folder, storeId, purgedMetrics } = making;
  making.onPart();
  const pieces = yield* encodePoints({ store: storeId, gathered, purgedMetrics });
  const file = `points-${randomBytes(8).toString('hex')}.bin`;
  return yield* writeDerivedInTurns(join(folder, LAYOUT.index, file), pieces);
}
