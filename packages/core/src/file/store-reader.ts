import { join } from 'node:path';
import { TidemarkError } from '../errors.ts';
import { decodeEventLine } from '../events/event-line.ts';
import { runOf } from '../events/event-run.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { eventConcerns } from '../store/event-concerns.ts';
import type { OrderedEvent } from '../store/event-log.ts';
import { findLines } from './find-lines.ts';
import { IndexDamaged } from './index/index-damaged.ts';
import { IndexedState } from './index/indexed-state.ts';
import { type LoadedIndex, loadIndex } from './index/load-index.ts';
import { makeIndex } from './index/make-index.ts';
import { PART_RUNS, spillRuns } from './index/spill-runs.ts';
import { LAYOUT } from './layout.ts';
import { LogReader, positionOf } from './log-reader.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { StoreDamage } from './store-damage.ts';

/** What a store is read with. */
export interface StoreReaderOptions {
  readonly folder: string;
  /** The id of the store; `undefined` while there is none. */
  readonly storeId: () => string | undefined;
  /** `auto` reads an index where there is one; `off` reads the logs alone. */
  readonly index: 'auto' | 'off';
  readonly onDamage: (damage: StoreDamage) => void;
  /** Told of each stamp that was read. */
  readonly onStamp: (stampUs: number) => void;
}

/** With so many runs that no index has, reading is slow enough for a new index. */
const MANY_RUNS = 3000;
/** Or with so many bytes of logs. */
const MANY_BYTES = 16 * 1024 * 1024;
/** Or with so many logs, each of which has to be opened. */
const MANY_LOGS = 500;

/** How often a read begins anew because logs vanish under it. */
const READ_ATTEMPTS = 10;

/** What is being read: thrown away as a whole when its ground has changed. */
interface Reading {
  readonly state: IndexedState;
  readonly reader: LogReader;
  readonly index: LoadedIndex | undefined;
}

/** The state of a store in a folder: an index where there is a good one, and what the logs say beyond it. */
export class StoreReader {
  readonly #options: StoreReaderOptions;
  #reading: Reading | undefined;
  #isRead = false;
  /** Indexes up to this number were found damaged by this reader. */
  #distrusted = 0;
  #latestStampUs = 0;

  constructor(options: StoreReaderOptions) {
    this.#options = options;
  }

  /** What was read last; `undefined` before the first read. */
  get lastState(): IndexedState | undefined {
    return this.#isRead ? this.#reading?.state : undefined;
  }

  /** The latest stamp that was read, microseconds. */
  get latestStampUs(): number {
    return this.#latestStampUs;
  }

  /**
   * Asks the state as of now. The question is asked again where a damaged index is met on the way.
   * @throws READ_FAILED, STORE_FORMAT_TOO_NEW
   */
  read<Answer>(ask: (state: IndexedState, reading: Reading) => Answer): Answer {
    for (;;) {
      const reading = this.#refreshed();
      try {
        return ask(reading.state, reading);
      } catch (error) {
        this.#giveUpIndex(error, reading.index);
      }
    }
  }

  /** Every event of one run or logged model. */
  eventsOf(id: RunId | LoggedModelId): OrderedEvent[] {
    for (let attempt = 1; ; attempt += 1) {
      const extents = this.read((state) => state.extentsOf(id as RunId));
      const found = id.startsWith('m-') && extents.length === 0 ? this.#scan(id) : [];
      try {
        for (const { log, writer, sequence, from, to } of extents) {
          const path = join(this.#options.folder, LAYOUT.logs, log);
          for (const { text, offset } of findLines(path, from, to, id)) {
            const decoded = decodeEventLine(text);
            if (decoded.outcome !== 'event' || !eventConcerns(decoded.event, id)) continue;
            const position = positionOf(sequence, offset);
            found.push({ stampUs: decoded.stampUs, event: decoded.event, writer, position });
          }
        }
        return found;
      } catch (error) {
        // A log that was replaced just now: where its events lie is to be read anew.
        if (attempt === READ_ATTEMPTS || error instanceof TidemarkError) throw error;
        this.#reading = undefined;
      }
    }
  }

  /** The process behind a writer. */
  processOf(writer: string): ProcessIdentity | undefined {
    return this.#reading?.reader.processOf(writer);
  }

  /** Whether much was read that no index has. */
  get isIndexDue(): boolean {
    if (this.#reading === undefined || this.#options.index === 'off') return false;
    const { state, reader, index } = this.#reading;
    return (
      state.runs.size >= MANY_RUNS ||
      state.tables.length > (index?.tables.length ?? 0) ||
      reader.bytesRead >= MANY_BYTES ||
      reader.logCount - (index?.manifest.logs.length ?? 0) >= MANY_LOGS
    );
  }

  /** Whether anything was read that no index has. */
  get isIndexBehind(): boolean {
    return this.#reading !== undefined && this.#reading.reader.bytesRead > 0;
  }

  /**
   * Makes a new index of what was read last. False when nothing came of it.
   * @throws READ_FAILED
   */
  async makeIndex(goOn: () => Promise<boolean>): Promise<boolean> {
    const reading = this.#reading;
    const storeId = this.#options.storeId();
    if (reading === undefined || storeId === undefined) return false;
    const { state, reader } = reading;
    const draft = { folder: this.#options.folder, storeId, state, reader };
    try {
      const isMade = await makeIndex({
        ...draft,
        latestStampUs: this.#latestStampUs,
        goOn: async () => (await goOn()) && this.#reading === reading,
      });
      if (isMade) this.reset();
      return isMade;
    } catch (error) {
      this.#giveUpIndex(error, reading.index);
      return false;
    }
  }

  /** Forgets everything, so that the next read begins with the newest index. */
  reset(): void {
    this.#reading = undefined;
  }

  #refreshed(): Reading {
    for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt += 1) {
      const reading = this.#reading ?? this.#begin();
      this.#reading = reading;
      try {
        if (reading.reader.refresh() === 'read') {
          this.#isRead = true;
          return reading;
        }
        this.#reading = undefined;
      } catch (error) {
        this.#giveUpIndex(error, reading.index);
      }
    }
    throw neverStill(this.#options.folder);
  }

  #begin(): Reading {
    const { folder } = this.#options;
    const storeId = this.#options.index === 'off' ? undefined : this.#options.storeId();
    const index = storeId === undefined ? undefined : this.#loaded(folder, storeId);
    if (index !== undefined) {
      try {
        const reading = this.#readingOf(index);
        const { manifest } = index;
        if (reading.reader.adopt(manifest.logs, manifest.logsFolder)) {
          for (const [writer, identity] of Object.entries(manifest.processes)) {
            reading.reader.addProcess(writer, identity);
          }
          this.#noteStamp(manifest.latestStampUs);
          return reading;
        }
      } catch (error) {
        this.#giveUpIndex(error, index);
      }
    }
    return this.#readingOf(undefined);
  }

  #loaded(folder: string, storeId: string): LoadedIndex | undefined {
    const index = loadIndex(folder, storeId);
    return index !== undefined && index.number > this.#distrusted ? index : undefined;
  }

  #readingOf(index: LoadedIndex | undefined): Reading {
    const state = new IndexedState(index?.tables);
    const reader = new LogReader({
      folder: this.#options.folder,
      onDamage: this.#options.onDamage,
      onEvent: (event, order, place) => {
        this.#noteStamp(order.stampUs);
        state.apply(event, order, runOf(event), place);
        if (state.runs.size >= PART_RUNS) spillRuns(this.#options, state);
      },
    });
    return { state, reader, index };
  }

  #noteStamp(stampUs: number): void {
    if (stampUs <= this.#latestStampUs) return;
    this.#latestStampUs = stampUs;
    this.#options.onStamp(stampUs);
  }

  /** Goes on without an index that is damaged. */
  #giveUpIndex(error: unknown, index: LoadedIndex | undefined): void {
    if (!(error instanceof IndexDamaged)) throw error;
    this.#distrusted = Math.max(this.#distrusted, index?.number ?? 0);
    this.#reading = undefined;
  }

  #scan(id: RunId | LoggedModelId): OrderedEvent[] {
    for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt += 1) {
      const found: OrderedEvent[] = [];
      const reader = new LogReader({
        folder: this.#options.folder,
        onEvent: (event, order) => {
          if (eventConcerns(event, id)) found.push({ ...order, event });
        },
        // Told already, by the fold.
        onDamage: () => {},
      });
      if (reader.refresh() === 'read') return found;
    }
    throw neverStill(this.#options.folder);
  }
}

/** A part of the store would be a wrong answer, so there is none. */
function neverStill(folder: string): TidemarkError {
  return new TidemarkError(
    'READ_FAILED',
    `The logs of ${folder} vanish while they are read. Wait until whatever replaces them is done, and read again.`,
  );
}
