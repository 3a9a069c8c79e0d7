import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PointColumns } from '../../fold/point-columns.ts';
import type { RunId } from '../../model/ids.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import { LAYOUT } from '../layout.ts';
import { isStillCovered } from '../log/log-coverage.ts';
import { errnoOf } from '../system/system-errors.ts';
import { POINTS_FILE } from './points-format.ts';
import { type PointSeries, PointsPart, type TimedSummaries } from './points-part.ts';

/** The range of the events of a run in one log. */
interface Extent {
  readonly log: string;
  readonly from: number;
  readonly to: number;
}

/** A range of bytes of a log. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** A part whose points of a run can be used instead of the lines that it covers. */
export interface UsedPart {
  readonly part: PointsPart;
  /** The row of the run; -1 if it has no points in these lines. */
  readonly row: number;
}

/** The points of one metric of one run in one part. */
export interface StoredSeries {
  readonly count: number;
  /** Returns all of them. @throws IndexDamaged */
  points(): PointColumns;
  /** See `PointsPart.summarised`. @throws IndexDamaged */
  summarised(): TimedSummaries | undefined;
}

/**
 * The current parts of points of a store. A part is used only for logs that still begin with the lines that it covers. So
 * a part that is missing, torn, stale or of another version costs time, but changes no answer.
 */
export class StoredPoints {
  readonly #folder: string;
  readonly #storeId: () => string | undefined;
  /** The parts by file; `undefined` for a file that is damaged or of another version. */
  readonly #known = new Map<string, PointsPart | undefined>();

  constructor(folder: string, storeId: () => string | undefined) {
    this.#folder = folder;
    this.#storeId = storeId;
  }

  /** Returns all valid parts of the store, in a fixed order. */
  all(): [file: string, part: PointsPart][] {
    const files = pointsFiles(this.#folder);
    for (const file of this.#known.keys()) if (!files.includes(file)) this.#known.delete(file);
    const store = this.#storeId();
    return files.flatMap((file): [string, PointsPart][] => {
      if (!this.#known.has(file)) this.#known.set(file, openPart(this.#folder, file));
      const part = this.#known.get(file);
      return part === undefined || part.header.store !== store ? [] : [[file, part]];
    });
  }

  /** Returns the parts that can be used for a run. `extents` must have the places of all its events. */
  usedFor(runId: RunId, extents: readonly Extent[]): UsedPart[] {
    const logs = new Set(extents.map(({ log }) => log));
    return this.all().flatMap(([, part]) => {
      const row = part.find(runId);
      const sources = row === -1 ? [] : [...part.logsOf(row)];
      const isUsable = sources.every((place) => {
        const lines = part.header.logs[place];
        return lines !== undefined && logs.has(lines.name) && isStillCovered(this.#folder, lines);
      });
      return isUsable ? [{ part, row }] : [];
    });
  }

  /** Returns the ranges of a log that no part covers. */
  uncovered({ log, from, to }: Extent, used: readonly UsedPart[]): ByteRange[] {
    let left: ByteRange[] = [{ from, to }];
    for (const { part } of used) {
      for (const lines of part.linesOf(log)) {
        if (!isStillCovered(this.#folder, lines)) continue;
        left = left.flatMap((range) => without(range, { from: lines.from, to: lines.bytes }));
      }
    }
    return left;
  }

  /**
   * Returns the series of a metric in parts. Each is settled. Reading from one fails with IndexDamaged if the part is
   * damaged, and the part is not used again. @throws IndexDamaged
   */
  seriesOf(used: readonly UsedPart[], key: string): StoredSeries[] {
    return used.flatMap(({ part, row }) => {
      const series = row === -1 ? undefined : this.#attempt(part, () => part.series(row, key));
      if (series === undefined) return [];
      return [
        {
          count: series.count,
          points: () => this.#attempt(part, () => part.points(series)),
          summarised: () => this.#attempt(part, () => this.#summarised(part, series)),
        },
      ];
    });
  }

  /** Stops using a part. From now on, its lines count as not covered. */
  giveUp(part: PointsPart): void {
    for (const [file, known] of this.#known) if (known === part) this.#known.set(file, undefined);
  }

  #summarised(part: PointsPart, series: PointSeries): TimedSummaries | undefined {
    const found = part.summarised(series);
    if (found === undefined) return undefined;
    return {
      ...found,
      open: () => {
        const opened = this.#attempt(part, () => found.open());
        return {
          read: (from, to) => this.#attempt(part, () => opened.read(from, to)),
          close: () => opened.close(),
        };
      },
    };
  }

  #attempt<Answer>(part: PointsPart, read: () => Answer): Answer {
    try {
      return read();
    } catch (error) {
      if (error instanceof IndexDamaged) this.giveUp(part);
      throw error;
    }
  }
}

/** Returns the names of the files of parts of points, sorted. */
export function pointsFiles(folder: string): string[] {
  try {
    return readdirSync(join(folder, LAYOUT.index))
      .filter((name) => POINTS_FILE.test(name))
      .sort();
  } catch (error) {
    // The folder does not exist or cannot be read. The logs have everything.
    if (errnoOf(error) !== undefined) return [];
    throw error;
  }
}

function openPart(folder: string, file: string): PointsPart | undefined {
  try {
    return new PointsPart(folder, file);
  } catch (error) {
    if (error instanceof IndexDamaged) return undefined;
    throw error;
  }
}

function without({ from, to }: ByteRange, taken: ByteRange): ByteRange[] {
  const before = { from, to: Math.min(to, taken.from) };
  const behind = { from: Math.max(from, taken.to), to };
  if (before.to >= to || behind.from <= from) {
    return [before.to >= to ? before : behind].filter((range) => range.from < range.to);
  }
  return [before, behind].filter((range) => range.from < range.to);
}
