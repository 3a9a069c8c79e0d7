import { TidemarkError } from '../errors.ts';
import { HybridClock } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { StoreFold } from '../fold/store-fold.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { eventConcerns } from '../store/event-concerns.ts';
import type { EventLog, OrderedEvent } from '../store/event-log.ts';
import type { StoreState } from '../store/store-state.ts';
import type { Durability } from './durability.ts';
import { LAYOUT } from './layout.ts';
import type { LogLimits } from './log-limits.ts';
import { LogReader } from './log-reader.ts';
import { LogWriters } from './log-writers.ts';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { isGone } from './process-liveness.ts';
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
  #fold = new StoreFold();
  #isRead = false;
  #reader: LogReader;
  #self: ProcessIdentity | undefined;
  #lastAsked: { id: string; bytesRead: number; events: readonly OrderedEvent[] } | undefined;

  constructor(options: FileLogOptions) {
    this.#options = options;
    this.#writers = new LogWriters({
      ...options,
      clock: this.#clock,
      onUnwritten: ({ message }) =>
        options.onDamage({ file: LAYOUT.logs, offset: 0, reason: message }),
      onOpenRuns: () => {},
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
    this.#self ??= processIdentity();
    let gone: ProcessIdentity | undefined;
    for (const writer of writers) {
      const process = this.#reader.processOf(writer);
      if (process === undefined || !isGone(process, this.#self)) return undefined;
      gone = process;
    }
    return (
      gone &&
      `The process ${gone.pid} on ${gone.host}, which wrote the run, ended without ending it.`
    );
  }

  async close(): Promise<void> {
    this.#writers.close();
  }

  #scan(id: RunId | LoggedModelId): OrderedEvent[] {
    for (let attempt = 1; ; attempt += 1) {
      const found: OrderedEvent[] = [];
      const reader = new LogReader({
        folder: this.#options.folder,
        onEvent: (ordered) => {
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
      onEvent: (ordered) => {
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
