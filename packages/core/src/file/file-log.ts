import { relative } from 'node:path';
import { changesStanding } from '../events/event-subject.ts';
import { HybridClock } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { PointColumns } from '../fold/point-columns.ts';
import type { BucketColumns } from '../model/bucket-columns.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { BucketOptions } from '../model/metric-bucket.ts';
import type { StoreState } from '../state/store-state.ts';
import type { EventLog, OrderedEvent, PointsPiece } from '../store/event-log.ts';
import { claimCreation } from './creation-claims.ts';
import { handedOut, inTurns } from './in-turns.ts';
import { IndexDamaged } from './index/index-damaged.ts';
import { type AskedBasis, LastAsked } from './last-asked.ts';
import { LAYOUT } from './layout.ts';
import type { Durability } from './log/durability.ts';
import { Heartbeat } from './log/heartbeat.ts';
import { LOG_LIMITS, type LogLimits } from './log/log-limits.ts';
import { LostProcesses } from './log/lost-processes.ts';
import { ProcessLogs } from './log/process-logs.ts';
import type { RunHistory } from './points/run-history.ts';
import { StandingHint } from './standing-hint.ts';
import type { StoreDamage } from './store-damage.ts';
import { StoreReader } from './store-reader.ts';

/** Options of a file log. */
export interface FileLogOptions {
  readonly folder: string;
  /** Creates the store if it does not exist, and returns its id. */
  readonly ensureStore: () => string;
  /** The id of the store; `undefined` while the store does not exist. */
  readonly storeId: () => string | undefined;
  readonly durability: Durability;
  readonly limits?: LogLimits;
  /** `auto` reads an index, and creates one after a read without it that took long; `off` reads only the logs. */
  readonly index: 'auto' | 'off';
  readonly onDamage: (damage: StoreDamage) => void;
}

/** The delay between a slow read and the creation of an index, so that the caller gets the answer first. */
const INDEX_DELAY_MS = 1000;
/** The delay after a failed creation of an index. */
const INDEX_RETRY_MS = 60_000;

/** The events of a store in a folder: written to this process's own log, read from all logs. */
export class FileLog implements EventLog {
  readonly #folder: string;
  readonly #onDamage: FileLogOptions['onDamage'];
  readonly #clock = new HybridClock();
  readonly #writers: ProcessLogs;
  readonly #reader: StoreReader;
  readonly #lost: LostProcesses;
  readonly #asked = {
    events: new LastAsked<OrderedEvent[]>(),
    histories: new LastAsked<RunHistory>(),
  };
  #indexTimer: NodeJS.Timeout | undefined;
  #indexMaking: Promise<void> | undefined;
  #nextIndexMs = 0;
  readonly #standing: StandingHint;
  #pointsTimer: NodeJS.Timeout | undefined;
  #pointsMaking: Promise<void> | undefined;
  /** Whether this handle deleted, restored or purged something since its last read. */
  #hasChangedStanding = false;
  #markedState: unknown;
  #stateNumber = 0;

  constructor(options: FileLogOptions) {
    this.#folder = options.folder;
    this.#onDamage = options.onDamage;
    const heartbeat = new Heartbeat((options.limits ?? LOG_LIMITS).heartbeatMs);
    this.#lost = new LostProcesses(options.folder);
    this.#standing = new StandingHint(options.folder);
    this.#writers = new ProcessLogs({
      ...options,
      clock: this.#clock,
      onUnwritten: ({ message }) =>
        options.onDamage({ file: LAYOUT.logs, offset: 0, reason: message }),
      onOpenRuns: (log) => heartbeat.beat(log),
    });
    this.#reader = new StoreReader({
      ...options,
      onStamp: (stampUs) => this.#clock.observe(stampUs),
    });
  }

  append(events: readonly StoreEvent[], after?: readonly number[]): void {
    this.#writers.append(events, after);
    if (events.some(changesStanding)) this.#changeStanding();
  }

  claimsExperiment(experiment: ExperimentId): boolean {
    // The event must be in the log before this process claims to have written it.
    this.#writers.flush();
    const log = relative(this.#folder, this.#writers.sharedLog ?? this.#folder);
    return claimCreation(this.#folder, experiment, log);
  }

  flush(): void {
    this.#writers.flush();
  }

  known<Answer>(ask: (state: StoreState) => Answer): Answer {
    if (!this.#hasChangedStanding && !this.#standing.isNew) return this.#reader.known(ask);
    // Before the read, so that a change during the read causes another read.
    const sight = this.#standing.look();
    this.#writers.flush();
    this.#reader.read(() => {});
    this.#hasChangedStanding = false;
    this.#standing.wasRead(sight);
    return this.#reader.known(ask);
  }

  current<Answer>(ask: (state: StoreState) => Answer): Answer {
    if (this.#reader.hasNews((log) => this.#writers.isOwn(log))) {
      this.#writers.flush();
      return this.#reader.read(ask);
    }
    return this.known(ask);
  }

  async read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer> {
    this.#writers.flush();
    if (this.#reader.readSoon()) {
      const answer = this.#reader.known(ask);
      this.#planIndex();
      return answer;
    }
    await this.#caughtUp();
    const answer = this.#reader.read(ask);
    this.#planIndex();
    return answer;
  }

  mark(): string {
    const { state, bytesRead } = this.#basis();
    // Another object after logs were replaced, even if they have as many bytes.
    if (state !== this.#markedState) {
      this.#markedState = state;
      this.#stateNumber += 1;
    }
    return `${this.#stateNumber} ${bytesRead}`;
  }

  /** Reads what is new in turns of the event loop. */
  async #caughtUp(): Promise<void> {
    if (!this.#reader.readSoon()) await this.#reader.catchUp();
    this.#writers.flush();
  }

  async eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]> {
    await this.#caughtUp();
    return this.#asked.events.get(id, this.#basis(), () => this.#reader.extents.eventsOf(id));
  }

  async pointsOf(runId: RunId, key: string): Promise<PointColumns> {
    await this.#caughtUp();
    const columns = this.#columnsOf(runId, key);
    this.#planPoints();
    return columns;
  }

  async bucketsOf(
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Promise<BucketColumns[]> {
    await this.#caughtUp();
    const found: BucketColumns[] = [];
    await inTurns(this.#bucketsInTurns(found, runIds, key, options));
    this.#planPoints();
    return found;
  }

  *#bucketsInTurns(
    found: BucketColumns[],
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Generator<void> {
    for (const runId of runIds) {
      found.push(this.#reader.extents.bucketsOf(runId, key, options));
      yield;
    }
  }

  async *allPoints(isWanted?: (runId: RunId) => boolean): AsyncGenerator<PointsPiece> {
    this.#writers.flush();
    yield* handedOut(this.#reader.extents.allPoints(isWanted));
    this.#planPoints();
  }

  async runMarks(): Promise<ReadonlyMap<RunId, string>> {
    this.#writers.flush();
    return this.#reader.read((state) => state.runMarks());
  }

  #columnsOf(runId: RunId, key: string): PointColumns {
    for (;;) {
      const history = this.#asked.histories.get(runId, this.#basis(), () =>
        this.#reader.extents.historyOf(runId),
      );
      try {
        return history.get(key);
      } catch (error) {
        // The damaged part is not used again, so each attempt has one part less.
        if (!(error instanceof IndexDamaged)) throw error;
        this.#asked.histories.forget();
      }
    }
  }

  /** Returns the basis of the current answers: the state, and how much of the logs it has. */
  #basis(): AskedBasis {
    this.#writers.flush();
    // Reading first observes every stamp, so that the next event gets a higher one.
    const state = this.#reader.read((read) => read);
    return { state, bytesRead: this.#reader.bytesRead };
  }

  whyLost(writers: ReadonlySet<string>): string | undefined {
    return this.#lost.whyLost(writers, (writer) => this.#reader.processOf(writer));
  }

  /** Creates an index of everything that was read and that no index has yet. Returns whether it did. */
  async makeIndex(): Promise<boolean> {
    await this.#reader.catchUp();
    this.#reader.read((state) => state);
    return this.#reader.isIndexBehind && this.#reader.makeIndex();
  }

  /** Writes the points that no part has into new parts. Returns false if there were none. */
  async makePoints(): Promise<boolean> {
    await this.#reader.catchUp();
    this.#reader.read((state) => state);
    return (await inTurns(this.#reader.extents.makePoints())) > 0;
  }

  async close(): Promise<void> {
    clearTimeout(this.#indexTimer);
    clearTimeout(this.#pointsTimer);
    this.#writers.close();
    await this.#indexMaking;
    if (this.#isIndexDue) await this.#reader.makeIndex();
    await this.#pointsMaking;
    if (this.#reader.extents.arePointsDue) await this.#makePointsIfPossible();
  }

  #changeStanding(): void {
    this.#hasChangedStanding = true;
    this.#writers.flush();
    const problem = this.#standing.change();
    if (problem === undefined) return;
    const reason = `processes that write now notice a deletion or purge only at their next read: ${problem.message}`;
    this.#onDamage({ file: LAYOUT.standing, offset: 0, reason });
  }

  get #isIndexDue(): boolean {
    return performance.now() >= this.#nextIndexMs && this.#reader.isIndexDue;
  }

  #planPoints(): void {
    if (this.#pointsTimer !== undefined || !this.#reader.extents.arePointsDue) return;
    this.#pointsTimer = setTimeout(() => {
      this.#pointsMaking = this.#makePointsIfPossible();
    }, INDEX_DELAY_MS);
    this.#pointsTimer.unref();
  }

  async #makePointsIfPossible(): Promise<void> {
    try {
      await inTurns(this.#reader.extents.makePoints());
    } catch {
      // The next read finds the same problem, and can throw it.
    } finally {
      this.#pointsTimer = undefined;
      this.#pointsMaking = undefined;
    }
  }

  #planIndex(): void {
    if (this.#indexTimer !== undefined || !this.#isIndexDue) return;
    this.#indexTimer = setTimeout(() => {
      this.#indexMaking = this.#makeIndexInTurns();
    }, INDEX_DELAY_MS);
    this.#indexTimer.unref();
  }

  async #makeIndexInTurns(): Promise<void> {
    try {
      const isMade = await this.#reader.makeIndex();
      if (!isMade) this.#nextIndexMs = performance.now() + INDEX_RETRY_MS;
    } catch {
      // The next read finds the same problem, and can throw it.
      this.#nextIndexMs = performance.now() + INDEX_RETRY_MS;
    } finally {
      this.#indexTimer = undefined;
      this.#indexMaking = undefined;
    }
  }
}
