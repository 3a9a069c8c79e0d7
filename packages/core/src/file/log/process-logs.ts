import type { TidemarkError } from '../../errors.ts';
import { endsRun, isWorkOnRun, runOf } from '../../events/event-subject.ts';
import type { HybridClock } from '../../events/stamp.ts';
import type { StoreEvent } from '../../events/store-event.ts';
import type { RunId } from '../../model/ids.ts';
import { errnoOf } from '../system/system-errors.ts';
import { encodeEvents } from './encode-events.ts';
import { HeldLines } from './held-lines.ts';
import { LOG_LIMITS, type LogLimits } from './log-limits.ts';
import { LogWriter, type LogWriterOptions, type WholeLines } from './log-writer.ts';

/** Options of the writers of a store. */
export interface ProcessLogsOptions extends LogWriterOptions {
  /** The clock that stamps the events. Reading the store moves it forward. */
  readonly clock: HybridClock;
  /** Called if lines could not be written or synced and no call can throw the error. */
  readonly onUnwritten: (error: TidemarkError) => void;
  /** Called after each call: with a log of this process while it has active runs, otherwise with `undefined`. */
  readonly onOpenRuns: (path: string | undefined) => void;
}

/** Runs that end within this time of each other are synced together. */
const END_SYNC_MS = 100;

/**
 * The logs of one process: one that its runs share, and one for each large run, so that a reader can read one of a
 * server's thousand runs without the others. Each log has its own writer. A call that concerns several runs goes to the
 * shared log, because one call is one write.
 */
export class ProcessLogs {
  readonly #options: ProcessLogsOptions;
  readonly #limits: LogLimits;
  readonly #shared: LogWriter;
  readonly #runLogs = new Map<RunId, LogWriter>();
  /** The logs of single runs with an open file, in the order of their last writes. */
  readonly #awake = new Set<LogWriter>();
  /** The runs that this process works on, with the bytes that each has in the shared log. */
  readonly #openRuns = new Map<RunId, number>();
  /** The ids of all writers of this process, also of closed logs. */
  readonly #own = new Set<string>();
  readonly #held: HeldLines;
  #lastEndMs = 0;
  #syncTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ProcessLogsOptions) {
    this.#options = options;
    this.#limits = options.limits ?? LOG_LIMITS;
    this.#shared = this.#newWriter();
    this.#held = new HeldLines({
      limits: this.#limits,
      write: (writer, lines, stampUs) => this.#write(writer, lines, stampUs, false),
      onUnwritten: options.onUnwritten,
    });
  }

  /**
   * Stamps the events, each above its stamp in `after`, and appends them in one write. They are acknowledged when it
   * returns. If the process or the machine dies during the call, the log may have only the first lines.
   * @throws WRITE_FAILED; INVALID_ARGUMENT if a value is too long for a line
   */
  append(events: readonly StoreEvent[], after?: readonly number[]): void {
    const { clock, durability } = this.#options;
    const lines = encodeEvents(events, clock, this.#limits.lineBytes, after);
    const { stampUs } = lines;
    const run = soleRun(events);
    const writer = (run && this.#runLogs.get(run)) ?? this.#shared;
    const ends = events.some(endsRun);
    const sync = ends && (this.#runLogs.size > 0 || Date.now() - this.#lastEndMs > END_SYNC_MS);
    if (durability === 'buffered' && !ends) {
      this.#held.hold(writer, lines);
    } else {
      this.flush();
      if (sync) this.#syncOthers(events, writer, stampUs);
      this.#write(writer, lines, stampUs, sync);
      if (sync) this.#lastEndMs = Date.now();
      else if (ends) this.#syncSoon();
    }
    for (const event of events) this.#note(event);
    if (run !== undefined && writer === this.#shared) this.#grow(run, lines.bytes.length);
    this.#options.onOpenRuns(this.#openRuns.size === 0 ? undefined : this.#shared.path);
  }

  /** Whether this process writes or wrote the log with this file name. */
  isOwn(log: string): boolean {
    return this.#own.has(log.slice(0, log.lastIndexOf('-')));
  }

  /** The path of the log that the runs share; `undefined` before the first line. */
  get sharedLog(): string | undefined {
    return this.#shared.path;
  }

  /**
   * Writes the buffered lines, if any.
   * @throws WRITE_FAILED with how much is not written; the next call tries again
   */
  flush(): void {
    this.#held.flush();
  }

  /**
   * Writes the buffered lines, then seals and closes every log.
   * @throws WRITE_FAILED with how much is lost
   */
  close(): void {
    const failures: unknown[] = [];
    const attempt = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        failures.push(error);
      }
    };
    attempt(() => this.flush());
    this.#held.close();
    clearTimeout(this.#syncTimer);
    for (const writer of [...this.#runLogs.values(), this.#shared]) {
      attempt(() => writer.close(this.#options.clock.next()));
    }
    this.#runLogs.clear();
    this.#awake.clear();
    this.#openRuns.clear();
    this.#options.onOpenRuns(undefined);
    if (failures.length > 0) throw failures[0];
  }

  #write(writer: LogWriter, lines: WholeLines, stampUs: number, sync: boolean): void {
    if (writer === this.#shared) {
      writer.append(lines, stampUs, sync);
      return;
    }
    try {
      writer.append(lines, stampUs, sync);
    } catch (error) {
      // Without a file descriptor for the run's own log, the shared log takes the lines.
      if (!isOutOfDescriptors(error)) throw error;
      this.#shared.append(lines, stampUs, sync);
      return;
    }
    this.#awake.delete(writer);
    this.#awake.add(writer);
    for (const oldest of this.#awake) {
      if (this.#awake.size <= this.#limits.openRunLogs) return;
      oldest.rest();
      this.#awake.delete(oldest);
    }
  }

  /** Syncs soon. The timer briefly keeps the process alive, so that the runs of a program that just ends are synced. */
  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined;
      this.#lastEndMs = Date.now();
      try {
        this.#shared.sync(this.#options.clock.next());
      } catch (error) {
        // The next log begins with these lines.
        this.#options.onUnwritten(error as TidemarkError);
      }
    }, END_SYNC_MS);
  }

  /** Syncs the other logs that have lines of the ended runs. */
  #syncOthers(events: readonly StoreEvent[], writer: LogWriter, stampUs: number): void {
    if (this.#runLogs.size === 0) return;
    if (writer !== this.#shared) this.#shared.sync(stampUs);
    for (const event of events) {
      const run = endsRun(event) ? runOf(event) : undefined;
      const own = run && this.#runLogs.get(run);
      if (own !== undefined && own !== writer) own.sync(stampUs);
    }
  }

  #note(event: StoreEvent): void {
    const run = runOf(event);
    if (run === undefined) return;
    if (endsRun(event)) {
      this.#openRuns.delete(run);
      this.#endRunLog(run);
    } else if (isWorkOnRun(event) && !this.#openRuns.has(run)) {
      this.#openRuns.set(run, 0);
    }
  }

  #grow(run: RunId, byteCount: number): void {
    const bytes = this.#openRuns.get(run);
    if (bytes === undefined) return;
    this.#openRuns.set(run, bytes + byteCount);
    if (bytes + byteCount > this.#limits.sharedRunBytes && !this.#runLogs.has(run)) {
      this.#runLogs.set(run, this.#newWriter());
    }
  }

  #newWriter(): LogWriter {
    const writer = new LogWriter(this.#options);
    this.#own.add(writer.writer);
    return writer;
  }

  #endRunLog(run: RunId): void {
    const writer = this.#runLogs.get(run);
    if (writer === undefined) return;
    this.#runLogs.delete(run);
    this.#awake.delete(writer);
    try {
      writer.close(this.#options.clock.next());
    } catch {
      // All its lines are synced. Only the closing line is missing.
    }
  }
}

/** Returns the run that all events concern; `undefined` if there is no such run. */
function soleRun(events: readonly StoreEvent[]): RunId | undefined {
  const [first] = events;
  const run = first && runOf(first);
  return run !== undefined && events.every((event) => runOf(event) === run) ? run : undefined;
}

function isOutOfDescriptors(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const errno = errnoOf(error);
  return errno === 'EMFILE' || errno === 'ENFILE' || isOutOfDescriptors(error.cause);
}
