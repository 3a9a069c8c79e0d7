import { runOf } from '../events/event-subject.ts';
import { FARTHEST_AHEAD_US } from '../events/stamp.ts';
import { purgedMetrics } from '../state/refuse-purged.ts';
import { ExtentReader } from './extent-reader.ts';
import { inTurns, TURN_MS } from './in-turns.ts';
import { IndexDamaged } from './index/index-damaged.ts';
import { IndexedState } from './index/indexed-state.ts';
import { type LoadedIndex, loadIndex } from './index/load-index.ts';
import { makeIndex } from './index/make-index.ts';
import { isSpillDue, spillRuns } from './index/spill-runs.ts';
import { isIntact } from './log/line-check.ts';
import { damagedLogNames } from './log/log-damage.ts';
import { hasChecks } from './log/log-header.ts';
import { LogReader } from './log/log-reader.ts';
import { neverStill, READ_ATTEMPTS } from './read-attempts.ts';
import { SparedHeaders } from './spared-headers.ts';
import type { StoreDamage } from './store-damage.ts';
import type { ProcessIdentity } from './system/process-identity.ts';

/** Options of a store reader. */
export interface StoreReaderOptions {
  readonly folder: string;
  /** The id of the store; `undefined` while the store does not exist. */
  readonly storeId: () => string | undefined;
  /** `auto` reads an index if there is one; `off` reads only the logs. */
  readonly index: 'auto' | 'off';
  readonly onDamage: (damage: StoreDamage) => void;
  /** Called after each read with the latest stamp. */
  readonly onStamp: (stampUs: number) => void;
}

/** With this many runs that no index has, reading is slow enough for a new index. */
const MANY_RUNS = 500;
/** The same for bytes of logs. */
const MANY_BYTES = 16 * 1024 * 1024;
/** The same for logs, because each must be opened. */
const MANY_LOGS = 500;

/** The state that is being read. It is discarded as a whole when its logs or index were replaced. */
interface Reading {
  readonly state: IndexedState;
  readonly reader: LogReader;
  readonly index: LoadedIndex | undefined;
  /** The headers that the reader need not read, because the index covers their logs. */
  readonly spared: SparedHeaders;
  /** The damage in all logs. For bytes that the index covers, the index records it. */
  readonly damage: StoreDamage[];
}

/** Reads the state of a store in a folder: from a valid index, if there is one, and from the lines after it. */
export class StoreReader {
  /** Reads the events and the points of one run at a time. */
  readonly extents: ExtentReader;
  readonly #options: StoreReaderOptions;
  #reading: Reading | undefined;
  /** The last state that was read completely. It differs from `#reading` while that is not complete. */
  #completed: Reading | undefined;
  /** This reader found the index with this number damaged, and uses only later ones. */
  #distrusted = 0;
  readonly #reported = new Set<string>();
  /** The latest stamp, except stamps too far ahead of the clock. */
  #latestStampUs = 0;
  #farthestUs = 0;

  constructor(options: StoreReaderOptions) {
    this.#options = options;
    this.extents = new ExtentReader({
      ...options,
      // Callers have read what is new.
      extentsOf: (id) => this.known((state) => state.extentsOf(id)),
      onPart: () => this.read(() => {}),
      purgedMetrics: (runId) => this.known((state) => purgedMetrics(state, runId)),
      takes: (writer, text) => this.#takes(writer, text),
      onReplaced: () => this.reset(),
      onDamage: (place) => this.#report([], place),
    });
  }

  /** The number of bytes that were read after those that an index covers. It only grows within one state. */
  get bytesRead(): number {
    return this.#reading?.reader.bytesRead ?? 0;
  }

  /**
   * Calls `ask` with the current state. Calls it again if the index turns out to be damaged.
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

  /**
   * Reads what is new if that takes a few milliseconds. Then `known` has everything that was written by now. Returns false
   * if there is more to read. @throws the errors of `read`
   */
  readSoon(): boolean {
    const reading = this.#started();
    // Its refresh may have passed a log before the latest lines.
    if (reading.reader.isRefreshing) return false;
    const endMs = performance.now() + TURN_MS;
    for (;;) {
      if (this.#step(reading) === 'read') return true;
      if (performance.now() >= endMs || !reading.reader.isRefreshing) return false;
    }
  }

  /** Reads what is new in turns of the event loop, so that `read` has little left to do. @throws the errors of `read` */
  async catchUp(): Promise<void> {
    await inTurns(this.#catchingUp());
  }

  *#catchingUp(): Generator<void> {
    for (let attempt = 1; attempt <= READ_ATTEMPTS; ) {
      const outcome = this.#step(this.#started());
      if (outcome === 'read') return;
      if (outcome === 'replaced') attempt += 1;
      yield;
    }
  }

  /** Reads for one turn. Discards what was read if its logs or index turn out to be replaced or damaged. */
  #step(reading: Reading): 'read' | 'replaced' | 'more' {
    try {
      const outcome = reading.reader.refreshSome();
      if (outcome === 'read') this.#completed = reading;
      if (outcome === 'replaced') this.#reading = undefined;
      return outcome;
    } catch (error) {
      this.#giveUpIndex(error, reading.index);
      return 'replaced';
    } finally {
      this.#options.onStamp(this.#latestStampUs);
    }
  }

  /**
   * Calls `ask` with the state of the last read. Reads if there is none yet, if it was discarded for a new index, or if
   * the index turns out to be damaged. @throws the errors of `read`
   */
  known<Answer>(ask: (state: IndexedState) => Answer): Answer {
    const reading = this.#completed;
    if (reading === undefined || reading !== this.#reading) return this.read(ask);
    try {
      return ask(reading.state);
    } catch (error) {
      this.#giveUpIndex(error, reading.index);
      return this.read(ask);
    }
  }

  /** Whether logs of other processes may have lines that were not read. @throws READ_FAILED */
  hasNews(isOwn: (log: string) => boolean): boolean {
    return this.#completed !== this.#reading || this.#reading?.reader.hasNews(isOwn) !== false;
  }

  /** Returns the process of a writer. @throws STORE_FORMAT_TOO_NEW */
  processOf(writer: string): ProcessIdentity | undefined {
    if (this.#reading === undefined) return undefined;
    const { reader, index, spared } = this.#reading;
    // The index has the processes of runs that had not ended. A run may have been resumed since.
    return reader.processOf(writer) ?? (index && spared.headerOf(writer));
  }

  /** Whether so much was read after the index that a new index saves time. */
  get isIndexDue(): boolean {
    if (this.#reading === undefined || this.#options.index === 'off') return false;
    const { state, reader, index } = this.#reading;
    return (
      state.untabledCount >= MANY_RUNS ||
      state.tables.length > (index?.tables.length ?? 0) ||
      reader.bytesRead >= MANY_BYTES ||
      reader.logCount - (index?.manifest.logs.length ?? 0) >= MANY_LOGS
    );
  }

  /** Whether anything was read after the index. */
  get isIndexBehind(): boolean {
    return this.#reading !== undefined && this.#reading.reader.bytesRead > 0;
  }

  /**
   * Creates a new index from the last read, in turns of the event loop. Returns false if it could not.
   * @throws READ_FAILED
   */
  async makeIndex(): Promise<boolean> {
    const reading = this.#reading;
    const storeId = this.#options.storeId();
    if (reading === undefined || storeId === undefined) return false;
    const { state, reader, damage } = reading;
    const draft = { folder: this.#options.folder, storeId, state, reader, damage };
    try {
      const isMade = await inTurns(
        makeIndex({
          ...draft,
          latestStampUs: this.#latestStampUs,
          goesOn: () => this.#reading === reading,
        }),
      );
      if (isMade) this.reset();
      return isMade;
    } catch (error) {
      this.#giveUpIndex(error, reading.index);
      return false;
    }
  }

  /** Discards everything, so that the next read begins with the newest index. */
  reset(): void {
    this.#reading = undefined;
  }

  /** Whether a line of a writer counts as far as its check says, as the fold decides it. */
  #takes(writer: string, text: string): boolean {
    if (isIntact(text)) return true;
    const header = this.#reading?.reader.headerOf(writer) ?? this.#reading?.spared.headerOf(writer);
    return header !== undefined && !hasChecks(header);
  }

  #refreshed(): Reading {
    for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt += 1) {
      const reading = this.#started();
      try {
        if (reading.reader.refresh() === 'read') {
          this.#completed = reading;
          return reading;
        }
        this.#reading = undefined;
      } catch (error) {
        this.#giveUpIndex(error, reading.index);
      } finally {
        this.#options.onStamp(this.#latestStampUs);
      }
    }
    throw neverStill(this.#options.folder);
  }

  #started(): Reading {
    this.#farthestUs = Date.now() * 1000 + FARTHEST_AHEAD_US;
    this.#reading ??= this.#start();
    return this.#reading;
  }

  #start(): Reading {
    const { folder } = this.#options;
    const storeId = this.#options.index === 'off' ? undefined : this.#options.storeId();
    const index = storeId === undefined ? undefined : this.#loaded(folder, storeId);
    if (index !== undefined) {
      try {
        const reading = this.#readingOf(index);
        const { manifest } = index;
        const { logs, logsFolder, damage = [] } = manifest;
        if (reading.reader.adopt(logs, logsFolder, damagedLogNames(damage))) {
          for (const place of damage) this.#report(reading.damage, place);
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
    const damage: StoreDamage[] = [];
    const reader = new LogReader({
      folder: this.#options.folder,
      onDamage: (place) => this.#report(damage, place),
      onLine: (line, place) => {
        const stampUs = state.applyPlain(line, place);
        if (stampUs === undefined) return false;
        this.#noteStamp(stampUs);
        return true;
      },
      onEvent: (event, order, place) => {
        this.#noteStamp(order.stampUs);
        state.apply(event, order, runOf(event), place);
      },
      betweenTurns: () =>
        isSpillDue(this.#options.index, state) ? spillRuns(this.#options, state) : [],
    });
    const spared = new SparedHeaders(this.#options.folder);
    return { state, reader, index, spared, damage };
  }

  /** Reports each damage once, even if the logs are read again or an index has it too. */
  #report(known: StoreDamage[], damage: StoreDamage): void {
    known.push(damage);
    const { file, offset, reason } = damage;
    const key = `${file} ${offset} ${reason}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#options.onDamage(damage);
  }

  #noteStamp(stampUs: number): void {
    if (stampUs <= this.#latestStampUs || stampUs > this.#farthestUs) return;
    this.#latestStampUs = stampUs;
  }

  /** Continues without the index, because it is damaged. */
  #giveUpIndex(error: unknown, index: LoadedIndex | undefined): void {
    if (!(error instanceof IndexDamaged)) throw error;
    this.#distrusted = Math.max(this.#distrusted, index?.number ?? 0);
    this.#reading = undefined;
  }
}
