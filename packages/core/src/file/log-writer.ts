import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { logPath } from './layout.ts';
import { encodeLogHeader } from './log-header.ts';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { syncFolder } from './put-if-absent.ts';
import { writeFailed } from './system-errors.ts';

/** How safe an acknowledged write is from a power cut; from the death of the process it always is. */
export type Durability =
  /** In the operating system's hands; synced at least once a second of writing and at the end of a run. */
  | 'os'
  /** Synced before every call returns. */
  | 'fsync';

/** With `os`, the call that finds the last sync this old syncs. */
const SYNC_INTERVAL_MS = 1000;
/** Also with this many bytes unsynced, which bounds what is kept in case a sync fails. */
const SYNC_BYTES = 8 * 1024 * 1024;

/** The calls of the operating system that a log needs; tests replace one to make it fail. */
export interface LogFileSystem {
  open(path: string): number;
  write(fd: number, bytes: Uint8Array, offset: number): number;
  /** Fails, as a failed sync, when the file has no name any more: somebody deleted the store. */
  sync(fd: number): void;
  truncate(fd: number, length: number): void;
  close(fd: number): void;
  unlink(path: string): void;
  syncFolder(folder: string): void;
}

/** What a log writer is made for. */
export interface LogWriterOptions {
  /** The store's folder. */
  readonly folder: string;
  /** Makes the store where it is missing, and gives its id; called before each new log. */
  readonly ensureStore: () => string;
  readonly durability: Durability;
  readonly files?: LogFileSystem;
}

/** A log that is being written. */
interface OpenLog {
  readonly fd: number;
  readonly path: string;
  /** Bytes of the file that were acknowledged; what lies behind them is a refused write. */
  acknowledgedBytes: number;
}

/**
 * Appends lines to this writer's own log: one `write` a call, never reopened by anyone.
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
  #identity: ProcessIdentity | undefined;
  #log: OpenLog | undefined;
  #sequence = 0;
  /** Acknowledged, and not synced yet. */
  #unsynced: Uint8Array[] = [];
  #unsyncedBytes = 0;
  #lastSyncMs = 0;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#files = options.files ?? NODE_FILES;
  }

  /**
   * Writes whole lines (each with its newline) in one call. When it returns they are acknowledged;
   * when it throws none of them is.
   * @throws WRITE_FAILED
   */
  append(lines: string, stampUs: number, sync: boolean): void {
    const bytes = Buffer.from(lines, 'utf8');
    if (this.#log === undefined) this.#begin(bytes, stampUs);
    else this.#continue(this.#log, bytes, stampUs, sync);
  }

  /** Ends the log with a closing line, syncs it and lets go of it. A writer that never wrote does nothing. */
  close(stampUs: number): void {
    if (this.#log === undefined && this.#unsynced.length === 0) return;
    this.append(`${JSON.stringify({ at: stampUs, kind: 'sealed' })}\n`, stampUs, true);
    this.#leave();
  }

  /** Creates the next log of this writer, with what was never synced and the new lines, and syncs it. */
  #begin(bytes: Uint8Array, stampUs: number): void {
    const path = join(this.#options.folder, logPath(this.writer, this.#sequence));
    let fd: number | undefined;
    try {
      const storeId = this.#options.ensureStore();
      const whole = Buffer.concat([this.#header(storeId, stampUs), ...this.#unsynced, bytes]);
      fd = this.#files.open(path);
      this.#writeAll(fd, whole);
      this.#files.sync(fd);
      this.#files.syncFolder(dirname(path));
      this.#log = { fd, path, acknowledgedBytes: whole.length };
      this.#synced();
    } catch (error) {
      if (fd !== undefined) this.#discard(fd, path);
      throw writeFailed(`The log ${path}`, error);
    }
  }

  #continue(log: OpenLog, bytes: Uint8Array, stampUs: number, sync: boolean): void {
    try {
      this.#writeAll(log.fd, bytes);
    } catch (error) {
      // The next write follows what was acknowledged; where that cannot be had, another log does.
      if (!this.#takeBack(log)) this.#leave();
      throw writeFailed(`The log ${log.path}`, error);
    }
    if (!this.#isSyncDue(sync, bytes.length)) {
      log.acknowledgedBytes += bytes.length;
      this.#unsynced.push(bytes);
      this.#unsyncedBytes += bytes.length;
      return;
    }
    try {
      this.#files.sync(log.fd);
      log.acknowledgedBytes += bytes.length;
      this.#synced();
    } catch {
      this.#moveOn(log, bytes, stampUs);
    }
  }

  /** After a failed sync: everything that may be lost is written to a new log, which has to sync. */
  #moveOn(log: OpenLog, bytes: Uint8Array, stampUs: number): void {
    this.#sequence += 1;
    try {
      this.#begin(bytes, stampUs);
    } catch (error) {
      this.#takeBack(log);
      this.#log = undefined;
      throw error;
    } finally {
      this.#close(log.fd);
    }
  }

  #isSyncDue(sync: boolean, byteCount: number): boolean {
    return (
      sync ||
      this.#options.durability === 'fsync' ||
      this.#unsyncedBytes + byteCount > SYNC_BYTES ||
      Date.now() - this.#lastSyncMs > SYNC_INTERVAL_MS
    );
  }

  #synced(): void {
    this.#unsynced = [];
    this.#unsyncedBytes = 0;
    this.#lastSyncMs = Date.now();
  }

  #writeAll(fd: number, bytes: Uint8Array): void {
    let offset = 0;
    while (offset < bytes.length) offset += this.#files.write(fd, bytes, offset);
  }

  /** Cuts off what follows the acknowledged lines; false when even that is refused. */
  #takeBack(log: OpenLog): boolean {
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
    if (this.#log !== undefined) this.#close(this.#log.fd);
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

const NODE_FILES: LogFileSystem = {
  open: (path) => openSync(path, 'ax', 0o644),
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  sync: (fd) => {
    fdatasyncSync(fd);
    if (fstatSync(fd).nlink === 0) throw new Error('the log was deleted');
  },
  truncate: ftruncateSync,
  close: closeSync,
  unlink: unlinkSync,
  syncFolder,
};

function newWriterId(): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
  return `${Date.now().toString(36)}-${process.pid.toString(36)}-${random}`;
}
