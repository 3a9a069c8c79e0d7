import { encodeEventLine } from '../events/event-line.ts';
import { HybridClock } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { StoreFold } from '../fold/store-fold.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { eventConcerns } from '../store/event-concerns.ts';
import type { EventLog, OrderedEvent } from '../store/event-log.ts';
import { type LogDamage, LogReader } from './log-reader.ts';
import { type Durability, LogWriter } from './log-writer.ts';
import { createStore, type StoreFile } from './store-file.ts';

/** What a file log is made for. */
export interface FileLogOptions {
  readonly folder: string;
  /** Absent when the store is still to be created, by the first write. */
  readonly storeFile: StoreFile | undefined;
  readonly durability: Durability;
  readonly onDamage: (damage: LogDamage) => void;
}

/** The events of a store that lies in a folder: written to this process's own log, read from all. */
export class FileLog implements EventLog {
  readonly #options: FileLogOptions;
  readonly #clock = new HybridClock();
  #storeFile: StoreFile | undefined;
  #writer: LogWriter | undefined;
  #fold = new StoreFold();
  #reader: LogReader;

  constructor(options: FileLogOptions) {
    this.#options = options;
    this.#storeFile = options.storeFile;
    this.#reader = this.#readerInto(this.#fold);
  }

  append(events: readonly StoreEvent[]): void {
    this.#storeFile ??= createStore(this.#options.folder);
    this.#writer ??= new LogWriter({
      folder: this.#options.folder,
      storeId: this.#storeFile.id,
      durability: this.#options.durability,
    });
    let lines = '';
    let stampUs = 0;
    for (const event of events) {
      stampUs = this.#clock.next();
      lines += encodeEventLine(stampUs, event);
    }
    this.#writer.append(lines, stampUs, events.some(endsRun));
  }

  async fold(): Promise<StoreFold> {
    while (this.#reader.refresh() === 'replaced') {
      this.#fold = new StoreFold();
      this.#reader = this.#readerInto(this.#fold);
    }
    return this.#fold;
  }

  async eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]> {
    const found: OrderedEvent[] = [];
    const reader = new LogReader({
      folder: this.#options.folder,
      onEvent: (ordered) => {
        if (eventConcerns(ordered.event, id)) found.push(ordered);
      },
      onDamage: this.#options.onDamage,
    });
    reader.refresh();
    return found;
  }

  async close(): Promise<void> {
    this.#writer?.close(this.#clock.next());
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

function endsRun(event: StoreEvent): boolean {
  return (
    event.kind === 'run-updated' &&
    (event.status === 'FINISHED' || event.status === 'FAILED' || event.status === 'KILLED')
  );
}
