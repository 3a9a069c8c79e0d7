import { TidemarkError } from '../errors.ts';
import { HybridClock } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { StoreFold } from '../fold/store-fold.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { eventConcerns } from '../store/event-concerns.ts';
import type { EventLog, OrderedEvent } from '../store/event-log.ts';
import type { StoreState } from '../store/store-state.ts';
import type { Durability } from './durability.ts';
import { Heartbeat } from './heartbeat.ts';
import { LAYOUT } from './layout.ts';
import { LOG_LIMITS, type LogLimits } from './log-limits.ts';
import { LogReader } from './log-reader.ts';
import { LogWriters } from './log-writers.ts';
import { LostProcesses } from './lost-processes.ts';
import type { StoreDamage } from './store-damage.ts';

/** What a file log is made for. */
export interface FileLogOptions {
  readonly folder: string;
  /** Makes the store where it is missing, and gives its id. */
  readonly ensureStore: () => string;
  readonly durability: Durability;
  readonly limits?: LogLimits;
  readonly onDamage: (damage: StoreDamage) => void;
}

/** How often a read begins anew because logs vanish under it. */
const READ_ATTEMPTS = 10;

/** The events of a store that lies in a folder: written to this process's own log, read from all. */
export class FileLog implements EventLog {
  readonly #options: FileLogOptions;
  readonly #clock = new HybridClock();
  readonly #writers: LogWriters;
  readonly #lost: LostProcesses;
  #fold = new StoreFold();
  #isRead = false;
  #reader: LogReader;
  #lastAsked: { id: string; bytesRead: number; events: readonly OrderedEvent[] } | undefined;

  constructor(options: FileLogOptions) {
    this.#options = options;
    const heartbeat = new Heartbeat((options.limits ?? LOG_LIMITS).heartbeatMs);
    this.#lost = new LostProcesses(options.folder);
    this.#writers = new LogWriters({
      ...options,
      clock: this.#clock,
      onUnwritten: ({ message }) =>
        options.onDamage({ file: LAYOUT.logs, offset: 0, reason: message }),
      onOpenRuns: (log) => heartbeat.beat(log),
    });
    this.#reader = this.#readerInto(this.#fold);
  }

  append(events: readonly StoreEvent[]): void {
    this.#writers.append(events);
  }

  flush(): void {
    this.#writers.flush();
  }

  get lastState(): StoreState | undefined {
    return this.#isRead ? this.#fold : undefined;
  }

  async read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer> {
    return ask(this.#refreshed());
  }

  #refreshed(): StoreFold {
    this.#writers.flush();
    for (let attempt = 1; this.#reader.refresh() === 'replaced'; attempt += 1) {
      this.#fold = new StoreFold();
      this.#reader = this.#readerInto(this.#fold);
      this.#lastAsked = undefined;
      if (attempt === READ_ATTEMPTS) throw neverStill(this.#options.folder);
    }
    this.#isRead = true;
    return this.#fold;
  }

  async eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]> {
    // Folding first takes note of every stamp, so that what is written next is stamped above it.
    this.#refreshed();
    const { bytesRead } = this.#reader;
    const known = this.#lastAsked;
    if (known?.id === id && known.bytesRead === bytesRead) return known.events;
    const events = this.#scan(id);
    this.#lastAsked = { id, bytesRead, events };
    return events;
  }

  whyLost(writers: ReadonlySet<string>): string | undefined {
    return this.#lost.whyLost(writers, (writer) => this.#reader.processOf(writer));
  }

  async close(): Promise<void> {
    this.#writers.close();
  }

  #scan(id: RunId | LoggedModelId): OrderedEvent[] {
    for (let attempt = 1; ; attempt += 1) {
      const found: OrderedEvent[] = [];
      const reader = new LogReader({
        folder: this.#options.folder,
        onEvent: (event, order) => {
          const ordered = { event, ...order };
          if (eventConcerns(ordered.event, id)) found.push(ordered);
        },
        // Told already, by the fold.
        onDamage: () => {},
      });
      if (reader.refresh() === 'read') return found;
      if (attempt === READ_ATTEMPTS) throw neverStill(this.#options.folder);
    }
  }

  #readerInto(fold: StoreFold): LogReader {
    return new LogReader({
      folder: this.#options.folder,
      onEvent: (event, order) => {
        const ordered = { event, ...order };
        this.#clock.observe(ordered.stampUs);
        fold.apply(ordered.event, ordered);
      },
      onDamage: this.#options.onDamage,
    });
  }
}

/** A part of the store would be a wrong answer, so there is none. */
function neverStill(folder: string): TidemarkError {
  return new TidemarkError(
    'READ_FAILED',
    `The logs of ${folder} vanish while they are read. Wait until whatever replaces them is done, and read again.`,
  );
}
