import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { EventOrder } from '../../events/stamp.ts';
import type { StoreEvent } from '../../events/store-event.ts';
import { LAYOUT, LOG_FILE } from '../layout.ts';
import type { StoreDamage } from '../store-damage.ts';
import { isThere } from '../system/is-there.ts';
import { namesInOwn } from '../system/names-in.ts';
import type { ProcessIdentity } from '../system/process-identity.ts';
import { damagedHeader, judgeLogLine, ZEROS_AT_END } from './judge-line.ts';
import {
  checkOf,
  type FolderIdentity,
  fileFacts,
  isSameFolder,
  type LogCoverage,
  settledFolder,
  stillCovered,
} from './log-coverage.ts';
import { decodeLogHeader, hasChecks, type LogHeader } from './log-header.ts';
import { hasOpenZerosAt, type LogLine, readOpenLogLines } from './log-lines.ts';
import { missingLines } from './log-seal.ts';
import { openLog } from './open-log.ts';

/** The place of the line of an event. */
export interface EventPlace {
  /** The name of the log. */
  readonly log: string;
  /** The writer of the section, from its header. */
  readonly writer: string;
  readonly sequence: number;
  /** The offset of its first byte, and the offset after its newline. */
  readonly from: number;
  readonly to: number;
}

/** Options of a log reader. */
export interface LogReaderOptions {
  /** The store's folder. */
  readonly folder: string;
  /** Called for each event. `place` is valid only during the call. */
  readonly onEvent: (event: StoreEvent, order: EventOrder, place: EventPlace) => void;
  readonly onDamage: (damage: StoreDamage) => void;
  /**
   * Called first with each line that must have a check. If it returns true, it has compared the check and joined the event
   * of the line, which is then not parsed. `line` and `place` are valid only during the call.
   */
  readonly onLine?: (line: LogLine, place: EventPlace) => boolean;
  /** Called between two turns of reading, for work that must be done before more is read. */
  readonly betweenTurns?: () => Iterable<void>;
}

/** The bytes to read in one turn: a few milliseconds. */
const BYTES_A_TURN = 64 * 1024;
/** The bytes to read at once. A little more than a turn, so that few of them are read again. */
const CHUNK_BYTES = BYTES_A_TURN + 8 * 1024;

/** How far a log has been read. */
interface Progress {
  /** The header of the current section: gc merges sealed logs of many writers into one, with a section for each. */
  header: LogHeader | undefined;
  offset: number;
  /** The lines of the section so far, with the header; `undefined` if this reader did not read its beginning. */
  lines: number | undefined;
  /** Whether its last line seals it. */
  sealed: boolean;
  inode: number;
  modifiedMs: number;
  /** `LogCoverage.check`, cached for a sealed log. */
  check?: number;
}

/** The most sealed logs that are checked at every change of the folder; more are checked only from time to time. */
const FEW_SEALED = 1000;
/** The checks of many sealed logs take at most this share of the time. */
const LOOKING_SHARE = 0.02;

/**
 * Reads the logs of a store, each from where it stopped the last time. It trusts nothing about them: it skips and
 * reports a file without a header, a line that is not an event, and a torn tail.
 *
 * A refresh checks the folder and the logs that can grow. It checks sealed logs again only after a change in the folder.
 * If it notices a replaced log late, its answers are still right, because a log is only ever replaced by one that folds
 * to the same state.
 */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #progress = new Map<string, Progress>();
  readonly #growing = new Set<string>();
  readonly #reported = new Set<string>();
  /** By writer: the headers that were read here, or that an index has. */
  readonly #headers = new Map<string, LogHeader>();
  readonly #processes = new Map<string, ProcessIdentity>();
  /** One object for all events, because a store of 100,000 runs has half a million events. */
  readonly #place = { log: '', writer: '', sequence: 0, from: 0, to: 0 };
  #folder: FolderIdentity | undefined;
  #sealedSeen: FolderIdentity | undefined;
  #lookAgainMs = 0;
  #bytesRead = 0;
  /** A refresh that was started in turns. */
  #refreshing: Generator<void, 'read' | 'replaced'> | undefined;

  constructor(options: LogReaderOptions) {
    this.#options = options;
  }

  /**
   * Continues where an index ends. Call it before the first refresh. Returns false and changes nothing if a covered
   * log was deleted or replaced, or if one with damage was changed since.
   */
  adopt(
    covered: readonly LogCoverage[],
    folderThen: FolderIdentity | undefined,
    damaged: ReadonlySet<string>,
  ): boolean {
    const { folder } = this.#options;
    const present = new Set(logNames(folder));
    const isSame = isSameFolder(folderThen, settledFolder(folder));
    const found: LogCoverage[] = [];
    for (const coverage of covered) {
      if (!present.has(coverage.name)) return false;
      const isDamaged = damaged.has(coverage.name);
      const isKnown = isSame && coverage.sealed && !isDamaged;
      const now = isKnown ? coverage : stillCovered(folder, coverage);
      if (now === undefined) return false;
      // It may have been replaced by an undamaged copy, of which more lines can be read.
      if (isDamaged && (now.inode !== coverage.inode || now.modifiedMs !== coverage.modifiedMs)) {
        return false;
      }
      found.push(now);
    }
    for (const { name, bytes: offset, check, sealed, inode, modifiedMs, header, lines } of found) {
      const progress: Progress = { header, offset, lines, sealed, inode, modifiedMs };
      if (sealed) progress.check = check;
      this.#progress.set(name, progress);
      if (header !== undefined) this.#headers.set(header.writer, header);
      if (!sealed) this.#growing.add(name);
    }
    return true;
  }

  /**
   * Reads the new lines of all logs. Returns `'replaced'` if a log became shorter, was deleted or is another file, as after
   * a copy or a clean-up. Then discard everything that was folded before.
   * @throws STORE_FORMAT_TOO_NEW
   */
  refresh(): 'read' | 'replaced' {
    // What was started in turns may have passed a log before its latest lines.
    if (this.#refreshing !== undefined && this.#finish() === 'replaced') return 'replaced';
    return this.#finish();
  }

  /** Whether a refresh was started in turns and is not over. */
  get isRefreshing(): boolean {
    return this.#refreshing !== undefined;
  }

  /**
   * Continues a refresh for a few milliseconds, so that other work of the process can run before the next call. Returns
   * `'more'` if there is more to read. @throws STORE_FORMAT_TOO_NEW
   */
  refreshSome(): 'read' | 'replaced' | 'more' {
    this.#refreshing ??= this.#refresh();
    let isOver = true;
    try {
      const { done, value } = this.#refreshing.next();
      isOver = done === true;
      return done === true ? value : 'more';
    } finally {
      if (isOver) this.#refreshing = undefined;
    }
  }

  /** Whether a refresh may read new lines in the logs of other processes, or find that they were replaced. */
  hasNews(isOwn: (log: string) => boolean): boolean {
    const now = settledFolder(this.#options.folder);
    if (!isSameFolder(now, this.#folder)) {
      const present = new Set(logNames(this.#options.folder));
      for (const name of present) if (!this.#progress.has(name) && !isOwn(name)) return true;
      for (const known of this.#progress.keys()) if (!present.has(known)) return true;
    }
    for (const name of this.#growing) {
      if (isOwn(name)) continue;
      const { inode, offset } = this.#progress.get(name) ?? {};
      const facts = fileFacts(join(this.#options.folder, LAYOUT.logs, name));
      if (facts?.ino !== inode || facts?.size !== offset) return true;
    }
    return !this.#areSealedSame(now);
  }

  /** Returns the process of a writer whose log was read. */
  processOf(writer: string): ProcessIdentity | undefined {
    return this.#headers.get(writer) ?? this.#processes.get(writer);
  }

  /** Returns the header of a writer; `undefined` if an index covers its log and nothing follows. */
  headerOf(writer: string): LogHeader | undefined {
    return this.#headers.get(writer);
  }

  /** Records a process whose header need not be read any more. */
  addProcess(writer: string, identity: ProcessIdentity): void {
    this.#processes.set(writer, identity);
  }

  /** The number of logs that were read by this reader or covered by the index that it adopted. */
  get logCount(): number {
    return this.#progress.size;
  }

  /** The number of bytes that were read. It changes whenever an event is added. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Returns the logs and how far each was read; `undefined` if one was deleted since. */
  coverage(): LogCoverage[] | undefined {
    const covered: LogCoverage[] = [];
    for (const [name, progress] of this.#progress) {
      const { header, offset, lines, sealed, inode, modifiedMs } = progress;
      if (offset === 0) continue;
      const check =
        progress.check ?? checkOf(join(this.#options.folder, LAYOUT.logs, name), offset, inode);
      // The log was deleted or replaced since it was read, so this coverage must not be used.
      if (check === undefined) return undefined;
      if (sealed) progress.check = check;
      const tail =
        sealed || header === undefined ? {} : { header, ...(lines === undefined ? {} : { lines }) };
      covered.push({ name, bytes: offset, check, sealed, inode, modifiedMs, ...tail });
    }
    return covered;
  }

  #finish(): 'read' | 'replaced' {
    for (;;) {
      const outcome = this.refreshSome();
      if (outcome !== 'more') return outcome;
    }
  }

  *#refresh(): Generator<void, 'read' | 'replaced'> {
    const now = settledFolder(this.#options.folder);
    if (!isSameFolder(now, this.#folder)) {
      const names = logNames(this.#options.folder);
      const present = new Set(names);
      for (const known of this.#progress.keys()) if (!present.has(known)) return 'replaced';
      for (const name of names) if (!this.#progress.has(name)) this.#growing.add(name);
      this.#folder = now;
    }
    // In order, so that a log is read before the next one of its writer.
    for (const name of [...this.#growing].sort()) {
      for (;;) {
        const outcome = this.#readGrowing(name);
        if (outcome === 'replaced') return outcome;
        if (this.#options.betweenTurns !== undefined) yield* this.#options.betweenTurns();
        yield;
        if (outcome === 'read') break;
      }
    }
    return this.#areSealedSame(now) ? 'read' : 'replaced';
  }

  /** Reads some lines of a log, or all. */
  #readGrowing(name: string): 'read' | 'replaced' | 'more' {
    const path = join(this.#options.folder, LAYOUT.logs, name);
    const known = this.#progress.get(name);
    const facts = fileFacts(path);
    if (facts === undefined) {
      // A log that was deleted since the folder was listed: another one has its lines.
      if (known !== undefined || !isThere(path)) return 'replaced';
      // A broken link or a folder.
      this.#reportOnce(name, 'it is not a file that can be read');
      return 'read';
    }
    if (known !== undefined && (facts.size < known.offset || facts.ino !== known.inode)) {
      return 'replaced';
    }
    const progress: Progress = known ?? {
      header: undefined,
      offset: 0,
      lines: undefined,
      sealed: false,
      inode: facts.ino,
      modifiedMs: facts.mtimeMs,
    };
    if (facts.size > progress.offset) {
      const fd = openLog(path, facts.ino);
      if (fd === undefined) return 'replaced';
      this.#progress.set(name, progress);
      try {
        if (!this.#readLog(name, fd, progress, facts.size)) return 'more';
      } finally {
        closeSync(fd);
      }
    }
    progress.modifiedMs = facts.mtimeMs;
    if (progress.sealed && progress.offset >= facts.size) this.#growing.delete(name);
    return 'read';
  }

  #areSealedSame(now: FolderIdentity | undefined): boolean {
    if (isSameFolder(now, this.#sealedSeen)) return true;
    const startMs = performance.now();
    const isMany = this.#progress.size - this.#growing.size > FEW_SEALED;
    if (isMany && startMs < this.#lookAgainMs) return true;
    for (const [name, { sealed, inode, offset }] of this.#progress) {
      if (!sealed || this.#growing.has(name)) continue;
      const facts = fileFacts(join(this.#options.folder, LAYOUT.logs, name));
      if (facts === undefined || facts.ino !== inode || facts.size !== offset) return false;
    }
    this.#sealedSeen = now;
    const endMs = performance.now();
    this.#lookAgainMs = endMs + (endMs - startMs) / LOOKING_SHARE;
    return true;
  }

  #reportOnce(name: string, reason: string, offset = 0): void {
    if (this.#reported.has(name)) return;
    this.#reported.add(name);
    this.#options.onDamage({ file: `${LAYOUT.logs}/${name}`, offset, reason });
  }

  /** Reads the lines of one turn. Returns whether these were the last. */
  #readLog(name: string, fd: number, progress: Progress, size: number): boolean {
    const file = `${LAYOUT.logs}/${name}`;
    const begin = progress.offset;
    let isAtEnd = true;
    for (const line of readOpenLogLines(fd, begin, CHUNK_BYTES)) {
      if (line.offset === 0 || line.looksLikeHeader) this.#beginSection(file, progress, line);
      else if (progress.header !== undefined) this.#readLine(name, progress, line);
      progress.offset = line.end;
      isAtEnd = progress.offset - begin < BYTES_A_TURN;
      if (!isAtEnd) break;
    }
    this.#bytesRead += progress.offset - begin;
    if (isAtEnd && progress.offset < size && hasOpenZerosAt(fd, progress.offset)) {
      this.#reportOnce(name, ZEROS_AT_END, progress.offset);
    }
    return isAtEnd;
  }

  #beginSection(file: string, progress: Progress, { text, offset }: LogLine): void {
    progress.sealed = false;
    progress.lines = 1;
    progress.header = decodeLogHeader(text ?? '', file);
    if (progress.header !== undefined) {
      this.#headers.set(progress.header.writer, progress.header);
      return;
    }
    this.#options.onDamage({ file, offset, reason: damagedHeader(offset) });
  }

  #readLine(name: string, progress: Progress, line: LogLine): void {
    const file = `${LAYOUT.logs}/${name}`;
    const { offset } = line;
    progress.sealed = false;
    const header = progress.header as LogHeader;
    const { writer, sequence } = header;
    const place = this.#place;
    place.log = name;
    place.writer = writer;
    place.sequence = sequence;
    place.from = offset;
    place.to = line.end;
    if (hasChecks(header) && this.#options.onLine?.(line, place) === true) {
      if (progress.lines !== undefined) progress.lines += 1;
      return;
    }
    const decoded = judgeLogLine(header, line);
    switch (decoded.outcome) {
      case 'event': {
        const { stampUs, event } = decoded;
        const order = { stampUs, writer, position: positionOf(sequence, offset) };
        this.#options.onEvent(event, order, place);
        break;
      }
      case 'unknown-kind':
        if (decoded.kind === 'sealed') {
          progress.sealed = true;
          const reason = missingLines(header, line.text as string, progress.lines);
          if (reason !== undefined) this.#options.onDamage({ file, offset, reason });
        } else if (decoded.kind === 'log') {
          this.#beginSection(file, progress, line);
          return;
        } else {
          const reason = `the kind "${decoded.kind}" is unknown`;
          this.#options.onDamage({ file, offset, reason, isForeign: true });
        }
        break;
      case 'damaged':
        this.#options.onDamage({ file, offset, reason: decoded.reason });
    }
    if (progress.lines !== undefined) progress.lines += 1;
  }
}

/** Returns a place in a log as one number, which grows along the logs of a writer. */
export function positionOf(sequence: number, offset: number): number {
  return sequence * LOG_STRIDE + offset;
}

const LOG_STRIDE = 2 ** 36;

/** Returns the names of all logs of a store, sorted; none if there is no store yet. */
export function logNames(folder: string): string[] {
  return namesInOwn(join(folder, LAYOUT.logs)).filter((name) => LOG_FILE.test(name));
}
