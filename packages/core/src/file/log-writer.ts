import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Durability } from './durability.ts';
import { logPath } from './layout.ts';
import { type LogFileSystem, NODE_LOG_FILES } from './log-file-system.ts';
import { encodeLogHeader } from './log-header.ts';
import { LOG_LIMITS, type LogLimits } from './log-limits.ts';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { errnoOf, writeFailed } from './system-errors.ts';

/** With `os`, the call that finds the last sync this old syncs. */
const SYNC_INTERVAL_MS = 1000;
/** Also with this many bytes unsynced, which bounds what is kept in case a sync fails. */
const SYNC_BYTES = 8 * 1024 * 1024;

/** A log that rests keeps at most this much in memory for the case that its sync fails. */
const RESTING_UNSYNCED_BYTES = 64 * 1024;

/** What a log writer is made for. */
export interface LogWriterOptions {
  /** The store's folder. */
  readonly folder: string;
  /** Makes the store where it is missing, and gives its id; called before each new log. */
  readonly ensureStore: () => string;
  readonly durability: Durability;
  readonly limits?: LogLimits;
  readonly files?: LogFileSystem;
}

/** A log that is being written. */
interface OpenLog {
  /** `undefined` while the log rests. */
  fd: number | undefined;
  readonly path: string;
  /** Bytes of the file that were acknowledged; what lies behind them is a refused write. */
  acknowledgedBytes: number;
  lastStampUs: number;
  lastWriteMs: number;
}

/** What one call appends. */
interface Lines {
  readonly bytes: Uint8Array;
  readonly stampUs: number;
  readonly sync: boolean;
  readonly nowMs: number;
}

/**
 * Appends lines to this writer's own logs: one `write` a call. A log that is full or was idle is sealed
 * and the next one begun; no other process, and no later one, opens a log again.
 *
 * A write that fails is taken back, so that a refused line is never read. Where that fails too, or
 * where a sync fails (the kernel may have dropped what it held), the log is left for good and the next
 * one begins with every line that was acknowledged and never synced: the fold counts them once.
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
  /** Acknowledged, and not synced yet. */
  #unsynced: Uint8Array[] = [];
  #unsyncedBytes = 0;
  #lastSyncMs = 0;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#files = options.files ?? NODE_LOG_FILES;
    this.#limits = options.limits ?? LOG_LIMITS;
  }

  /** The log that is being written; `undefined` before the first line, and after the last. */
  get path(): string | undefined {
    return this.#log?.path;
  }

  /**
   * Writes whole lines (each with its newline) in one call. When it returns they are acknowledged;
   * when it throws none of them is. `stampUs` is the stamp of the last of them.
   * @throws WRITE_FAILED
   */
  append(bytes: Uint8Array, stampUs: number, sync: boolean): void {
    const nowMs = Date.now();
    if (this.#log !== undefined && this.#isOver(this.#log, bytes.length, nowMs)) this.#seal();
    this.#append(bytes, stampUs, sync, nowMs);
  }

  /**
   * Syncs what was acknowledged and is not synced yet.
   * @throws WRITE_FAILED
   */
  sync(stampUs: number): void {
    if (this.#unsynced.length > 0) this.#append(new Uint8Array(0), stampUs, true, Date.now());
  }

  /** Gives its file descriptor back until the next line. */
  rest(): void {
    const log = this.#log;
    if (log?.fd === undefined) return;
    if (this.#unsyncedBytes > RESTING_UNSYNCED_BYTES) {
      try {
        this.#files.sync(log.fd);
        this.#synced(Date.now());
      } catch {
        // What was not synced begins the next log.
        this.#leave();
        return;
      }
    }
    this.#close(log.fd);
    log.fd = undefined;
  }

  /** Ends the log with a closing line, syncs it and lets go of it. A writer that never wrote does nothing. */
  close(stampUs: number): void {
    if (this.#log === undefined && this.#unsynced.length === 0) return;
    try {
      this.#append(sealLine(stampUs), stampUs, true, Date.now());
    } finally {
      this.#leave();
    }
  }

  #append(bytes: Uint8Array, stampUs: number, sync: boolean, nowMs: number): void {
    const fd = this.#log && (this.#log.fd ?? this.#wake(this.#log));
    if (this.#log === undefined || fd === undefined) this.#begin(bytes, stampUs, nowMs);
    else this.#continue(this.#log, fd, { bytes, stampUs, sync, nowMs });
  }

  #isOver(log: OpenLog, byteCount: number, nowMs: number): boolean {
    return (
      log.acknowledgedBytes + byteCount > this.#limits.logBytes ||
      // However far the clock was set back: others judge by theirs whether the log is at rest.
      Math.abs(nowMs - log.lastWriteMs) > this.#limits.idleMs
    );
  }

  /** Opens a log that rested; `undefined`, and another will be begun, when it is not what it was. */
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

  /** Ends a log that is full. Where that fails, what was not synced begins the next one. */
  #seal(): void {
    const log = this.#log;
    const fd = log && (log.fd ?? this.#wake(log));
    if (log === undefined || fd === undefined) return;
    try {
      this.#writeAll(fd, sealLine(log.lastStampUs + 1));
      this.#files.sync(fd);
      this.#synced(Date.now());
    } catch {
      this.#takeBack(log);
    }
    this.#leave();
  }

  /** Creates the next log of this writer, with what was never synced and the new lines, and syncs it. */
  #begin(bytes: Uint8Array, stampUs: number, nowMs: number): void {
    const path = join(this.#options.folder, logPath(this.writer, this.#sequence));
    let fd: number | undefined;
    try {
      const storeId = this.#options.ensureStore();
      const whole = Buffer.concat([this.#header(storeId, stampUs), ...this.#unsynced, bytes]);
      fd = this.#files.create(path);
      this.#writeAll(fd, whole);
      this.#files.sync(fd);
      this.#files.syncFolder(dirname(path));
      const acknowledgedBytes = whole.length;
      this.#log = { fd, path, acknowledgedBytes, lastStampUs: stampUs, lastWriteMs: nowMs };
      this.#synced(nowMs);
    } catch (error) {
      if (fd !== undefined) this.#discard(fd, path);
      throw writeFailed(`The log ${path}`, error);
    }
  }

  #continue(log: OpenLog, fd: number, lines: Lines): void {
    const { bytes, stampUs, nowMs } = lines;
    try {
      this.#writeAll(fd, bytes);
    } catch (error) {
      // The next write follows what was acknowledged; where that cannot be had, another log does.
      if (!this.#takeBack(log)) this.#leave();
      throw writeFailed(`The log ${log.path}`, error);
    }
    if (this.#isSyncDue(lines)) {
      try {
        this.#files.sync(fd);
        this.#synced(nowMs);
      } catch {
        this.#moveOn(log, fd, lines);
        return;
      }
    } else {
      this.#unsynced.push(bytes);
      this.#unsyncedBytes += bytes.length;
    }
    log.acknowledgedBytes += bytes.length;
    log.lastStampUs = stampUs;
    log.lastWriteMs = nowMs;
  }

  /** After a failed sync: everything that may be lost is written to a new log, which has to sync. */
  #moveOn(log: OpenLog, fd: number, { bytes, stampUs, nowMs }: Lines): void {
    this.#sequence += 1;
    try {
      this.#begin(bytes, stampUs, nowMs);
    } catch (error) {
      this.#takeBack(log);
      this.#log = undefined;
      throw error;
    } finally {
      this.#close(fd);
    }
  }

  #isSyncDue({ sync, bytes, nowMs }: Lines): boolean {
    return (
      sync ||
      this.#options.durability === 'fsync' ||
      this.#unsyncedBytes + bytes.length > SYNC_BYTES ||
      // Also after the clock was set back, or nothing would be synced until it has caught up.
      Math.abs(nowMs - this.#lastSyncMs) > SYNC_INTERVAL_MS
    );
  }

  #synced(nowMs: number): void {
    this.#unsynced = [];
    this.#unsyncedBytes = 0;
    this.#lastSyncMs = nowMs;
  }

  #writeAll(fd: number, bytes: Uint8Array): void {
    let offset = 0;
    while (offset < bytes.length) offset += this.#files.write(fd, bytes, offset);
  }

  /** Cuts off what follows the acknowledged lines; false when even that is refused. */
  #takeBack(log: OpenLog): boolean {
    if (log.fd === undefined) return false;
    try {
      this.#files.truncate(log.fd, log.acknowledgedBytes);
      return true;
    } catch {
      return false;
    }
  }

  /** A log that could not be begun: nothing in it was acknowledged, so it need not be there. */
  #discard(fd: number, path: string): void {
    this.#close(fd);
    try {
      this.#files.unlink(path);
    } catch {
      // It stays, and the next log takes another name.
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
      // The descriptor is gone either way, and what mattered was the sync before.
    }
  }

  #header(storeId: string, stampUs: number): Uint8Array {
    this.#identity ??= processIdentity();
    const log = { store: storeId, writer: this.writer, sequence: this.#sequence, stampUs };
    return Buffer.from(encodeLogHeader(log, this.#identity));
  }
}

/** The last line of a log: nothing follows. */
function sealLine(stampUs: number): Uint8Array {
  return Buffer.from(`${JSON.stringify({ at: stampUs, kind: 'sealed' })}\n`);
}

function newWriterId(): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
  return `${Date.now().toString(36)}-${process.pid.toString(36)}-${random}`;
}
