import { join } from 'node:path';
import { TidemarkError } from '../errors.ts';
import { type DecodedLine, decodeEventLine } from '../events/event-line.ts';
import { isEventOf } from '../events/event-subject.ts';
import type { RunPoints } from '../fold/run-points.ts';
import type { BucketColumns } from '../model/bucket-columns.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { BucketOptions } from '../model/metric-bucket.ts';
import type { OrderedEvent, PointsPiece } from '../store/event-log.ts';
import { IndexDamaged } from './index/index-damaged.ts';
import type { Extent } from './index/kept-events.ts';
import { LAYOUT } from './layout.ts';
import { findLines } from './log/find-lines.ts';
import { metricsOf } from './log/judge-line.ts';
import { LogReader, positionOf } from './log/log-reader.ts';
import { addPoints } from './points/add-points.ts';
import { readAllPoints } from './points/all-points.ts';
import { makePoints } from './points/make-points.ts';
import { RunHistory } from './points/run-history.ts';
import { StoredPoints } from './points/stored-points.ts';
import { neverStill, READ_ATTEMPTS } from './read-attempts.ts';
import type { StoreDamage } from './store-damage.ts';

/** What an extent reader needs of the reader of the state. */
export interface ExtentReaderOptions {
  readonly folder: string;
  /** The id of the store; `undefined` while the store does not exist. */
  readonly storeId: () => string | undefined;
  /** `off` reads no points in columns, and makes none. */
  readonly index: 'auto' | 'off';
  /** Returns the places of the events of a run, as of now. */
  readonly extentsOf: (id: RunId) => readonly Extent[];
  /** Called before a part of points is encoded. Reads what is new. */
  readonly onPart: () => void;
  /** As of the last read. */
  readonly purgedMetrics: (runId: RunId) => (key: string) => boolean;
  /** Whether a line of a writer has the check that it should have. */
  readonly takes: (writer: string, text: string) => boolean;
  /** Called for each damaged line that is read again. */
  readonly onDamage: (damage: StoreDamage) => void;
  /** Called when a log was replaced, so that the places that are known are wrong. */
  readonly onReplaced: () => void;
}

/** After a search of this many bytes for points, new parts of points save time. */
const MANY_POINT_BYTES = 4 * 1024 * 1024;

/**
 * Reads the events and the points of one run or logged model from its extents: the places in logs that the state of the
 * store records for it. Points also come from columns, where parts of them exist. Reads the points of all runs too, without
 * the places.
 */
export class ExtentReader {
  readonly #options: ExtentReaderOptions;
  /** The parts of points, derived from the logs. */
  readonly #parts: StoredPoints;
  /** The bytes of lines that were read for points since parts were last written. */
  #pointBytesRead = 0;

  constructor(options: ExtentReaderOptions) {
    this.#options = options;
    this.#parts = new StoredPoints(options.folder, options.storeId);
  }

  /** Returns every event of one run or logged model. */
  eventsOf(id: RunId | LoggedModelId): OrderedEvent[] {
    return this.#ofExtents(id as RunId, (extents) => {
      const found = id.startsWith('m-') && extents.length === 0 ? this.#scan(id) : [];
      for (const { log, writer, sequence, from, to } of extents) {
        for (const line of findLines(this.#pathOf(log), from, to, id)) {
          const decoded = metricsOf(line, true) ?? this.#taken(writer, line.text as string);
          if (decoded.outcome !== 'event' || !isEventOf(decoded.event, id)) continue;
          const position = positionOf(sequence, line.offset);
          found.push({ stampUs: decoded.stampUs, event: decoded.event, writer, position });
        }
      }
      return found;
    });
  }

  /** Returns the points of one run, including purged ones. */
  historyOf(runId: RunId): RunHistory {
    return this.#ofExtents(runId, (extents) => {
      const tail: RunPoints = new Map();
      const used = this.#options.index === 'off' ? [] : this.#parts.usedFor(runId, extents);
      for (const extent of extents) {
        const path = this.#pathOf(extent.log);
        const takes = (text: string): boolean => this.#options.takes(extent.writer, text);
        for (const { from, to } of this.#parts.uncovered(extent, used)) {
          this.#pointBytesRead += to - from;
          addPoints(tail, { path, from, to, takes }, runId);
        }
      }
      return new RunHistory(this.#parts, used, tail);
    });
  }

  /** Returns the points of one metric of one run in buckets, including purged ones. */
  bucketsOf(runId: RunId, key: string, options: BucketOptions): BucketColumns {
    for (;;) {
      try {
        return this.historyOf(runId).buckets(key, options);
      } catch (error) {
        // The damaged part is not used again, so each attempt has one part less.
        if (!(error instanceof IndexDamaged)) throw error;
      }
    }
  }

  /** Yields the points of all wanted runs, including purged ones. Other work can run where `undefined` is yielded. */
  *allPoints(isWanted: (runId: RunId) => boolean = () => true): Generator<PointsPiece | undefined> {
    const { folder, index, onDamage } = this.#options;
    const isComplete = yield* readAllPoints({
      folder,
      isWanted,
      ...(index === 'off' ? {} : { parts: this.#parts }),
      onDamage,
      onBytes: (count) => {
        this.#pointBytesRead += count;
      },
    });
    if (!isComplete) throw neverStill(folder);
  }

  /** Whether enough lines were read for points that new parts save time. */
  get arePointsDue(): boolean {
    return this.#options.index === 'auto' && this.#pointBytesRead >= MANY_POINT_BYTES;
  }

  /** Writes the points that no part has into new parts, in turns. Returns the number of parts. @throws READ_FAILED */
  *makePoints(): Generator<void, number> {
    this.#pointBytesRead = 0;
    const storeId = this.#options.storeId();
    if (storeId === undefined || this.#options.index === 'off') return 0;
    const { folder, purgedMetrics, onPart } = this.#options;
    return yield* makePoints({ folder, storeId, parts: this.#parts, onPart, purgedMetrics });
  }

  /** Calls `take` with the current places of the events of a run. */
  #ofExtents<Found>(runId: RunId, take: (extents: readonly Extent[]) => Found): Found {
    for (let attempt = 1; ; attempt += 1) {
      const extents = this.#options.extentsOf(runId);
      try {
        return take(extents);
      } catch (error) {
        // A log was replaced just now, so the places of its events must be read again.
        if (attempt === READ_ATTEMPTS || error instanceof TidemarkError) throw error;
        this.#options.onReplaced();
      }
    }
  }

  #pathOf(log: string): string {
    return join(this.#options.folder, LAYOUT.logs, log);
  }

  #taken(writer: string, text: string): DecodedLine {
    if (this.#options.takes(writer, text)) return decodeEventLine(text);
    return { outcome: 'damaged', reason: 'does not have a valid check' };
  }

  #scan(id: RunId | LoggedModelId): OrderedEvent[] {
    for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt += 1) {
      const found: OrderedEvent[] = [];
      const reader = new LogReader({
        folder: this.#options.folder,
        onEvent: (event, order) => {
          if (isEventOf(event, id)) found.push({ ...order, event });
        },
        // The fold has reported it already.
        onDamage: () => {},
      });
      if (reader.refresh() === 'read') return found;
    }
    throw neverStill(this.#options.folder);
  }
}
