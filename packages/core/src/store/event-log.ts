import type { StampedEvent } from '../events/event-line.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { PointColumns } from '../fold/point-columns.ts';
import type { BucketColumns } from '../model/bucket-columns.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { BucketOptions } from '../model/metric-bucket.ts';
import type { StoreState } from '../state/store-state.ts';

/**
 * The log of an event store: the only part in which the memory store and the file store differ in how they keep
 * events.
 */
export interface EventLog {
  /**
   * Stamps the events and appends them in one write. They are acknowledged when it returns. `after` has for each event
   * the latest known stamp of what it changes; empty if none of them matters.
   * @throws WRITE_FAILED
   */
  append(events: readonly StoreEvent[], after?: readonly number[]): void;
  /**
   * Synchronously writes the lines that `append` buffers. Absent for a log that buffers nothing.
   * @throws WRITE_FAILED
   */
  flush?(): void;
  /**
   * Whether this handle created an experiment whose creation it has appended; false if another process created it at
   * the same time. Absent if no other process can write.
   */
  claimsExperiment?(experiment: ExperimentId): boolean;
  /**
   * Calls `ask` with the state of all acknowledged events of every writer. `ask` is called again if a derived file
   * turns out to be damaged, so it must have no effects.
   */
  read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer>;
  /**
   * Calls `ask` with the state that this handle knows, for checks before a write: everything that it read last, and
   * every deletion, restoration and purge that it or another process has made by now. The first call reads the log, and
   * so does the first one after such an event. Later calls may lack new events of other writers, so that writing a
   * metric point needs no reading. As in `read`, `ask` may be called twice, unless it throws.
   * @throws READ_FAILED
   */
  known<Answer>(ask: (state: StoreState) => Answer): Answer;
  /**
   * Calls `ask` like `known`, but with the acknowledged events of all other writers. Used before a run or model is
   * created. It need not read the handle's own events.
   * @throws READ_FAILED
   */
  current<Answer>(ask: (state: StoreState) => Answer): Answer;
  /** Returns a text that differs after every new event of any writer. */
  mark(): string;
  /** Returns every event of one run or logged model, in no particular order; duplicates are possible. */
  eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]>;
  /**
   * Returns the points of one metric of one run, settled, including purged ones. Quicker than reading every event.
   * Absent where all events are in memory.
   */
  pointsOf?(runId: RunId, key: string): Promise<PointColumns>;
  /**
   * Returns the points of one metric of these runs in buckets, including purged points. Quicker than reading every point.
   * Absent where all events are in memory.
   */
  bucketsOf?(
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Promise<BucketColumns[]>;
  /**
   * Returns all points of all runs, including those that were purged and those of runs that do not exist. A metric of a
   * run may come in several pieces, which may share points. `isWanted` leaves out the other runs.
   */
  allPoints(isWanted?: (runId: RunId) => boolean): AsyncIterable<PointsPiece>;
  /** Returns a text for each run that has events. Every further event of a run changes its text. */
  runMarks(): Promise<ReadonlyMap<RunId, string>>;
  /**
   * Returns why none of these writers, which opened a run, will end it: their processes are dead. Returns `undefined`
   * while one of them lives, or if that is unknown.
   */
  whyLost?(openers: ReadonlySet<string>): string | undefined;
  close(): Promise<void>;
}

/** Points of one metric of one run, settled. */
export interface PointsPiece {
  readonly runId: RunId;
  readonly key: string;
  readonly columns: PointColumns;
}

/** An event with its complete place in the order of events. */
export interface OrderedEvent extends StampedEvent {
  readonly writer: string;
  readonly position: number;
}
