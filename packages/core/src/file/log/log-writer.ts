import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { logPath } from '../layout.ts';
import { type ProcessIdentity, processIdentity } from '../system/process-identity.ts';
import { errnoOf, writeFailed } from '../system/system-errors.ts';
import type { Durability } from './durability.ts';
import { LineBytes } from './line-bytes.ts';
import { type LogFileSystem, NODE_LOG_FILES } from './log-file-system.ts';
import { encodeLogHeader } from './log-header.ts';
import { LOG_LIMITS, type LogLimits } from './log-limits.ts';
import { countLines, encodeLogSeal } from './log-seal.ts';

/** With `os`, a call syncs if the last sync is older than this. */
const SYNC_INTERVAL_MS = 1000;
/** A call also syncs if more bytes are not synced, which bounds the memory for the case that a sync fails. */
const SYNC_BYTES = 8 * 1024 * 1024;

/** The most unsynced bytes that a resting log keeps in memory for the case that its sync fails. */
const RESTING_UNSYNCED_BYTES = 64 * 1024;

/** Options of a log writer. */
export interface LogWriterOptions {
  /** The store's folder. */
  readonly folder: string;
  /** Creates the store if it does not exist, and returns its id. Called before each new log. */
  readonly ensureStore: () => string;
  readonly durability: Durability;
  readonly limits?: LogLimits;
  readonly files?: LogFileSystem;
}

/** The current log of a writer. */
interface OpenLog {
  /** `undefined` while the log rests. */
  fd: number | undefined;
  readonly path: string;
  /** The acknowledged bytes of the file. Bytes after them belong to a failed write. */
  acknowledgedBytes: number;
  /** The number of acknowledged lines. */
  lines: number;
  lastStampUs: number;
  lastWriteMs: number;
}

/** Whole lines, each with its newline, and their number. */
export interface WholeLines {
  readonly bytes: Uint8Array;
  readonly count: number;
}

const NO_LINES: WholeLines = { bytes: new Uint8Array(0), count: 0 };

/** Lines to append, or the closing line of the log. */
type Addition = WholeLines | 'seal';

/** The lines that one call appends. */
interface Lines {
  readonly addition: Addition;
  readonly stampUs: number;
  readonly sync: boolean;
  readonly nowMs: number;
}

/**
 * Appends lines to this writer's own logs, with one `write` for each call. If a log is full or was idle, the writer
 * seals it and starts the next one. No other process ever opens a log to write.
 *
 * After a failed write or sync (the kernel may have dropped the bytes), the writer never writes to that log again. It
 * cuts off the bytes of the failed write, so that no reader sees a refused line. The next log begins with every line
 * that was acknowledged and never synced; the fold counts a line once.
 */
export class LogWriter {
  /** `<time>-<pid>-<random>`, each in base 36: unique among all writers of all stores. */
  readonly writer: string = newWriterId();
  readonly #options: LogWriterOptions;
  readonly #files: LogFileSystem;
  readonly #limits: LogLimits;
  #identity: ProcessIdentity | undefined;
  #log: OpenLog | undefined;
  #sequence = 0;
  /** The lines that are acknowledged and not synced yet. */
  readonly #unsynced = new LineBytes();
  #lastSyncMs = 0;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#files = options.files ?? NODE_LOG_FILES;
    this.#limits = options.limits ?? LOG_LIMITS;
  }

  /** The path of the current log; `undefined` before the first line and after `close`. */
  get path(): string | undefined {
    return this.#log?.path;
  }

  /**
   * Writes lines with one call of the system. They are acknowledged when it returns; if it throws, none is. `stampUs` is
   * the stamp of the last line.
   * @throws WRITE_FAILED
   */
  append(lines: WholeLines, stampUs: number, sync: boolean): void {
    const nowMs = Date.now();
    if (this.#log !== undefined && this.#isOver(this.#log, lines.bytes.length, nowMs)) this.#seal();
    this.#append(lines, stampUs, sync, nowMs);
  }

  /**
   * Syncs the acknowledged lines that are not synced yet.
   * @throws WRITE_FAILED
   */
  sync(stampUs: number): void {
    if (this.#unsynced.length > 0) this.#append(NO_LINES, stampUs, true, Date.now());
  }

  /** Closes the file until the next line. */
  rest(): void {
    const log = this.#log;
    if (log?.fd === undefined) return;
    if (this.#unsynced.length > RESTING_UNSYNCED_BYTES) {
      try {
        this.#files.sync(log.fd);
        this.#synced(Date.now());
      } catch {
        // What was not synced begins the next log.
        this.#leave();
        return;
      }
    }
    if (this.#unsynced.length === 0) this.#unsynced.release();
    this.#close(log.fd);
    log.fd = undefined;
  }

  /** Seals the log, syncs it and closes it. Does nothing if the writer never wrote. */
  close(stampUs: number): void {
    if (this.#log === undefined && this.#unsynced.length === 0) return;
    try {
      this.#append('seal', stampUs, true, Date.now());
    } finally {
      this.#leave();
    }
  }

  #append(addition: Addition, stampUs: number, sync: boolean, nowMs: number): void {
    const fd = this.#log && (this.#log.fd ?? this.#wake(this.#log));
    if (this.#log === undefined || fd === undefined) this.#begin(addition, stampUs, nowMs);
    else this.#continue(this.#log, fd, { addition, stampUs, sync, nowMs });
  }

  #isOver(log: OpenLog, byteCount: number, nowMs: number): boolean {
    return (
      log.acknowledgedBytes + byteCount > this.#limits.logBytes ||
      // The clock may have been set back. Other processes decide by their clocks whether the log is at rest.
      Math.abs(nowMs - log.lastWriteMs) > this.#limits.idleMs
    );
  }

  /** Opens a resting log. Returns `undefined` if another process changed it; then the writer starts a new one. */
  #wake(log: OpenLog): number | undefined {
    try {
      const { fd, sizeBytes } = this.#files.reopen(log.path);
      log.fd = fd;
      if (sizeBytes === log.acknowledgedBytes) return fd;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw writeFailed(`The log ${log.path}`, error);
    }
    this.#leave();
    return undefined;
  }

  /** Seals a full log. If that fails, the next log begins with the lines that are not synced. */
  #seal(): void {
    const log = this.#log;
    const fd = log && (log.fd ?? this.#wake(log));
    if (log === undefined || fd === undefined) return;
    try {
      this.#writeAll(fd, encodeLogSeal(log.lastStampUs + 1, log.lines));
      this.#files.sync(fd);
      this.#synced(Date.now());
    } catch {
      this.#takeBack(log);
    }
    this.#leave();
  }

  /** Creates the next log of this writer, with the lines that were never synced and the new lines, and syncs it. */
  #begin(addition: Addition, stampUs: number, nowMs: number): void {
    const path = join(this.#options.folder, logPath(this.writer, this.#sequence));
    let fd: number | undefined;
    try {
      const storeId = this.#options.ensureStore();
      const before = Buffer.concat([this.#header(storeId, stampUs), this.#unsynced.bytes]);
      const { bytes } = linesOf(addition, stampUs, countLines(before));
      const whole = Buffer.concat([before, bytes]);
      fd = this.#files.create(path);
      this.#writeAll(fd, whole);
      this.#files.sync(fd);
      this.#files.syncFolder(dirname(path));
      this.#log = {
        fd,
        path,
        acknowledgedBytes: whole.length,
        lines: countLines(whole),
        lastStampUs: stampUs,
        lastWriteMs: nowMs,
      };
      this.#synced(nowMs);
    } catch (error) {
      if (fd !== undefined) this.#discard(fd, path);
      throw writeFailed(`The log ${path}`, error);
    }
  }

  #continue(log: OpenLog, fd: number, lines: Lines): void {
    const { addition, stampUs, nowMs } = lines;
    const { bytes, count } = linesOf(addition, stampUs, log.lines);
    try {
      this.#writeAll(fd, bytes);
    } catch (error) {
      this.#abandon(log, fd, nowMs);
      throw writeFailed(`The log ${log.path}`, error);
    }
    if (this.#isSyncDue(lines, bytes.length)) {
      try {
        this.#files.sync(fd);
        this.#synced(nowMs);
      } catch {
        this.#moveOn(log, fd, lines);
        return;
      }
    } else {
      this.#unsynced.add(bytes);
    }
    log.acknowledgedBytes += bytes.length;
    log.lines += count;
    log.lastStampUs = stampUs;
    log.lastWriteMs = nowMs;
  }

  /** Writes all lines that may be lost to a new log after a failed sync. The new log must sync. */
  #moveOn(log: OpenLog, fd: number, { addition, stampUs, nowMs }: Lines): void {
    this.#sequence += 1;
    try {
      this.#begin(addition, stampUs, nowMs);
    } catch (error) {
      this.#takeBack(log);
      this.#log = undefined;
      throw error;
    } finally {
      this.#close(fd);
    }
  }

  #isSyncDue({ sync, nowMs }: Lines, byteCount: number): boolean {
    return (
      sync ||
      this.#options.durability === 'fsync' ||
      this.#unsynced.length + byteCount > SYNC_BYTES ||
      // The difference is absolute, because the clock may have been set back.
      Math.abs(nowMs - this.#lastSyncMs) > SYNC_INTERVAL_MS
    );
  }

  #synced(nowMs: number): void {
    this.#unsynced.clear();
    this.#lastSyncMs = nowMs;
  }

  #writeAll(fd: number, bytes: Uint8Array): void {
    let offset = 0;
    while (offset < bytes.length) offset += this.#files.write(fd, bytes, offset);
  }

  /**
   * Cuts off a refused write and leaves this log. A reader may have read the removed bytes: if other bytes took their
   * place, it would continue in the middle of a line.
   */
  #abandon(log: OpenLog, fd: number, nowMs: number): void {
    this.#takeBack(log);
    try {
      this.#files.sync(fd);
      this.#synced(nowMs);
    } catch {
      // What was not synced begins the next log.
    }
    this.#leave();
  }

  /** Cuts off the bytes after the acknowledged lines. If that fails, the log ends in a torn line. */
  #takeBack(log: OpenLog): void {
    if (log.fd === undefined) return;
    try {
      this.#files.truncate(log.fd, log.acknowledgedBytes);
    } catch {
      // The caller leaves the log, so that no line is appended to the torn one.
    }
  }

  /** Removes a log whose first write failed. No line of it was acknowledged. */
  #discard(fd: number, path: string): void {
    this.#close(fd);
    try {
      this.#files.unlink(path);
    } catch {
      // The file stays, and the next log gets another name.
      this.#sequence += 1;
    }
  }

  #leave(): void {
    if (this.#log?.fd !== undefined) this.#close(this.#log.fd);
    this.#log = undefined;
    this.#sequence += 1;
  }

  #close(fd: number): void {
    try {
      this.#files.close(fd);
    } catch {
      // The descriptor is closed even after an error, and the sync before has saved the lines.
    }
  }

  #header(storeId: string, stampUs: number): Uint8Array {
    this.#identity ??= processIdentity();
    const log = { store: storeId, writer: this.writer, sequence: this.#sequence, stampUs };
    return Buffer.from(encodeLogHeader(log, this.#identity));
  }
}

/** Returns the lines to append, or the closing line after `before` lines. */
function linesOf(addition: Addition, stampUs: number, before: number): WholeLines {
  return addition === 'seal' ? { bytes: encodeLogSeal(stampUs, before), count: 1 } : addition;
}

function newWriterId(): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
  return `${Date.now().toString(36)}-${process.pid.toString(36)}-${random}`;
}
