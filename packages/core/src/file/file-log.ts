import { TidemarkError } from '../errors.ts';
import { encodeEventLine } from '../events/event-line.ts';
import { HybridClock } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { StoreFold } from '../fold/store-fold.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { eventConcerns } from '../store/event-concerns.ts';
import type { EventLog, OrderedEvent } from '../store/event-log.ts';
import { LogReader } from './log-reader.ts';
import { type Durability, LogWriter } from './log-writer.ts';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { isGone } from './process-liveness.ts';
import type { StoreDamage } from './store-damage.ts';

/** What a file log is made for. */
export interface FileLogOptions {
  readonly folder: string;
  /** Makes the store where it is missing, and gives its id. */
  readonly ensureStore: () => string;
  readonly durability: Durability;
  readonly onDamage: (damage: StoreDamage) => void;
}

/** How often a read begins anew because logs vanish under it. */
const READ_ATTEMPTS = 10;

/** The events of a store that lies in a folder: written to this process's own log, read from all. */
export class FileLog implements EventLog {
  readonly #options: FileLogOptions;
  readonly #clock = new HybridClock();
  readonly #writer: LogWriter;
  #fold = new StoreFold();
  #reader: LogReader;
  #self: ProcessIdentity | undefined;
  #lastAsked: { id: string; bytesRead: number; events: readonly OrderedEvent[] } | undefined;

  constructor(options: FileLogOptions) {
    this.#options = options;
    this.#writer = new LogWriter(options);
    this.#reader = this.#readerInto(this.#fold);
  }

  append(events: readonly StoreEvent[]): void {
    let lines = '';
    let stampUs = 0;
    for (const event of events) {
      stampUs = this.#clock.next();
      lines += encodeEventLine(stampUs, event);
    }
    this.#writer.append(lines, stampUs, events.some(endsRun));
  }

  async fold(): Promise<StoreFold> {
    for (let attempt = 1; this.#reader.refresh() === 'replaced'; attempt += 1) {
      this.#fold = new StoreFold();
      this.#reader = this.#readerInto(this.#fold);
      this.#lastAsked = undefined;
      if (attempt === READ_ATTEMPTS) throw neverStill(this.#options.folder);
    }
    return this.#fold;
  }

  async eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]> {
    // Folding first takes note of every stamp, so that what is written next is stamped above it.
    await this.fold();
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
    this.#writer.close(this.#clock.next());
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

function endsRun(event: StoreEvent): boolean {
  return (
    event.kind === 'run-updated' &&
    (event.status === 'FINISHED' || event.status === 'FAILED' || event.status === 'KILLED')
  );
}
