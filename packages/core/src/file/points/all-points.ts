import { join } from 'node:path';
import type { RunId } from '../../model/ids.ts';
import type { PointsPiece } from '../../store/event-log.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import { LAYOUT } from '../layout.ts';
import { fileFacts, isStillCovered } from '../log/log-coverage.ts';
import { logNames } from '../log/log-reader.ts';
import type { StoreDamage } from '../store-damage.ts';
import { coveredLogs } from './covered-logs.ts';
import { Gathered } from './gathered.ts';
import { LogPoints } from './log-points.ts';
import type { CoveredLines } from './points-format.ts';
import type { PointSeries, PointsPart } from './points-part.ts';
import type { StoredPoints } from './stored-points.ts';

/** Where all points of a store are read from. */
export interface AllPointsSource {
  readonly folder: string;
  readonly isWanted: (runId: RunId) => boolean;
  /** Absent to read only the logs. */
  readonly parts?: StoredPoints;
  readonly onDamage: (damage: StoreDamage) => void;
  /** Called with the number of bytes of lines that no part covered. */
  readonly onBytes: (count: number) => void;
}

/** How often the logs are listed while a clean-up replaces some of them. */
const MOST_LISTINGS = 10;

/**
 * Reads every point of every wanted run once through: the parts, and the lines that no part covers. A metric of a run may come
 * in several pieces, which may share points. Others get their turn where `undefined` is yielded. Returns false if the
 * logs were replaced all the time.
 * @throws READ_FAILED, STORE_FORMAT_TOO_NEW
 */
export function* readAllPoints(
  source: AllPointsSource,
): Generator<PointsPiece | undefined, boolean> {
  const { folder, parts } = source;
  const pieces: CoveredLines[] = [];
  for (const [, part] of parts?.all() ?? []) {
    const { logs } = part.header;
    // Points of lines that were replaced may be purged, so a part counts as a whole or not at all.
    if (!logs.every((lines) => isStillCovered(folder, lines))) continue;
    try {
      yield* pointsOfPart(part, source);
      pieces.push(...logs);
    } catch (error) {
      if (!(error instanceof IndexDamaged)) throw error;
      parts?.giveUp(part);
    }
  }
  const read = new Set<string>();
  for (let listing = 1; listing <= MOST_LISTINGS; listing += 1) {
    const names = logNames(folder).filter((name) => !read.has(name));
    if (names.length === 0) return true;
    const covered = coveredLogs(folder, pieces);
    const reading = new LogsReading(source);
    for (const name of names) {
      if (yield* reading.read(name, covered.get(name))) read.add(name);
    }
    yield* reading.rest();
  }
  return false;
}

function* pointsOfPart(
  part: PointsPart,
  { isWanted }: AllPointsSource,
): Generator<PointsPiece | undefined> {
  for (let row = 0; row < part.runCount; row += 1) {
    const runId = part.runId(row);
    if (!isWanted(runId)) continue;
    for (const key of part.keysOf(row)) {
      const columns = part.points(part.series(row, key) as PointSeries);
      yield { runId, key, columns };
    }
    yield;
  }
}

/** The points of lines, of as many logs at a time as fit into memory. */
class LogsReading {
  readonly #source: AllPointsSource;
  #gathered = new Gathered();

  constructor(source: AllPointsSource) {
    this.#source = source;
  }

  /** Reads a log behind what is covered. Returns whether it was there, and the same, from the first line to the last. */
  *read(
    name: string,
    before: CoveredLines | undefined,
  ): Generator<PointsPiece | undefined, boolean> {
    const { folder, onDamage, onBytes } = this.#source;
    const path = join(folder, LAYOUT.logs, name);
    const facts = fileFacts(path);
    if (facts === undefined) return true;
    const damage: StoreDamage[] = [];
    const log = new LogPoints({ folder, name, before, onDamage: (place) => damage.push(place) });
    while (!log.isAtEnd) {
      yield* turns(log.gather(this.#gathered));
      if (this.#gathered.isFull) yield* this.rest();
    }
    if (fileFacts(path)?.ino !== facts.ino) return false;
    damage.forEach(onDamage);
    onBytes(log.bytes - (before?.bytes ?? 0));
    return true;
  }

  /** What was gathered and not yielded. */
  *rest(): Generator<PointsPiece | undefined> {
    const gathered = this.#gathered;
    this.#gathered = new Gathered();
    for (const run of gathered.byRun()) {
      yield;
      if (run === undefined || !this.#source.isWanted(run.runId)) continue;
      for (const each of run.series) {
        yield;
        if (each === undefined) continue;
        const [key, columns] = each;
        const own = columns.length === 1 ? columns.copy() : columns;
        yield* turns(own.settleInTurns());
        yield { runId: run.runId, key, columns: own };
      }
    }
  }
}

function* turns(work: Generator<void>): Generator<undefined> {
  for (const _ of work) yield undefined;
}
