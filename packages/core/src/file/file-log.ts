import { setImmediate } from 'node:timers/promises';
import { HybridClock } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { EventLog, OrderedEvent } from '../store/event-log.ts';
import type { StoreState } from '../store/store-state.ts';
import type { Durability } from './durability.ts';
import { Heartbeat } from './heartbeat.ts';
import { LAYOUT } from './layout.ts';
import { LOG_LIMITS, type LogLimits } from './log-limits.ts';
import { LogWriters } from './log-writers.ts';
import { LostProcesses } from './lost-processes.ts';
import type { StoreDamage } from './store-damage.ts';
import { StoreReader } from './store-reader.ts';

/** What a file log is made for. */
export interface FileLogOptions {
  readonly folder: string;
  /** Makes the store where it is missing, and gives its id. */
  readonly ensureStore: () => string;
  /** The id of the store; `undefined` while there is none. */
  readonly storeId: () => string | undefined;
  readonly durability: Durability;
  readonly limits?: LogLimits;
  /** `auto` reads an index and makes one after much was read without; `off` reads the logs alone. */
  readonly index: 'auto' | 'off';
  readonly onDamage: (damage: StoreDamage) => void;
}

/** An index is made this long after the read that took so long, so that its answer is out first. */
const INDEX_DELAY_MS = 1000;
/** Where none could be made, the next attempt waits. */
const INDEX_RETRY_MS = 60_000;

/** The events of a store that lies in a folder: written to this process's own log, read from all. */
export class FileLog implements EventLog {
  readonly #clock = new HybridClock();
  readonly #writers: LogWriters;
  readonly #reader: StoreReader;
  readonly #lost: LostProcesses;
  #lastAsked: { id: string; state: object; stampUs: number; events: OrderedEvent[] } | undefined;
  #indexTimer: NodeJS.Timeout | undefined;
  #indexMaking: Promise<void> | undefined;
  #nextIndexMs = 0;

  constructor(options: FileLogOptions) {
    const heartbeat = new Heartbeat((options.limits ?? LOG_LIMITS).heartbeatMs);
    this.#lost = new LostProcesses(options.folder);
    this.#writers = new LogWriters({
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

  append(events: readonly StoreEvent[]): void {
    this.#writers.append(events);
  }

  flush(): void {
    this.#writers.flush();
  }

  get lastState(): StoreState | undefined {
    return this.#reader.lastState;
  }

  async read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer> {
    this.#writers.flush();
    const answer = this.#reader.read(ask);
    this.#planIndex();
    return answer;
  }

  async eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]> {
    this.#writers.flush();
    // Reading first takes note of every stamp, so that what is written next is stamped above it.
    const state = this.#reader.read((read) => read);
    const { latestStampUs: stampUs } = this.#reader;
    const known = this.#lastAsked;
    if (known?.id === id && known.state === state && known.stampUs === stampUs) return known.events;
    const events = this.#reader.eventsOf(id);
    this.#lastAsked = { id, state, stampUs, events };
    return events;
  }

  whyLost(writers: ReadonlySet<string>): string | undefined {
    return this.#lost.whyLost(writers, (writer) => this.#reader.processOf(writer));
  }

  /** Makes an index of all that was read and that no index has yet; false when nothing came of it. */
  async makeIndex(): Promise<boolean> {
    this.#reader.read((state) => state);
    return this.#reader.isIndexBehind && this.#reader.makeIndex(async () => true);
  }

  async close(): Promise<void> {
    clearTimeout(this.#indexTimer);
    this.#writers.close();
    await this.#indexMaking;
    if (this.#isIndexDue) await this.#reader.makeIndex(async () => true);
  }

  get #isIndexDue(): boolean {
    return performance.now() >= this.#nextIndexMs && this.#reader.isIndexDue;
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
      const isMade = await this.#reader.makeIndex(async () => {
        await setImmediate();
        return true;
      });
      if (!isMade) this.#nextIndexMs = performance.now() + INDEX_RETRY_MS;
    } catch {
      // The next read meets the same trouble, and has somebody to tell.
      this.#nextIndexMs = performance.now() + INDEX_RETRY_MS;
    } finally {
      this.#indexTimer = undefined;
      this.#indexMaking = undefined;
    }
  }
}
