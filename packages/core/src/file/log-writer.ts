import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { logPath } from './layout.ts';
import { encodeLogHeader } from './log-header.ts';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { syncFolder } from './put-if-absent.ts';
import { writeFailed } from './write-failed.ts';

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

/** The calls of the operating system that a log needs; tests replace one to make a sync fail. */
export interface LogFileSystem {
  open(path: string): number;
  write(fd: number, bytes: Uint8Array, offset: number): number;
  sync(fd: number): void;
  truncate(fd: number, length: number): void;
  close(fd: number): void;
  syncFolder(folder: string): void;
}

/** What a log writer is made for. */
export interface LogWriterOptions {
  /** The store's folder; its `logs` folder is made when it is missing. */
  readonly folder: string;
  readonly storeId: string;
  readonly durability: Durability;
  readonly files?: LogFileSystem;
}

/**
 * Appends lines to this writer's own log: one `write` a call, never reopened by anyone. After a
 * write or a sync that failed the log is left as it is and a new one is begun, so that a torn line is
 * never glued to the next record; lines that were acknowledged but could not be synced are written
 * again to the new log (the fold counts them once).
 */
export class LogWriter {
  /** `<time>-<pid>-<random>`, each in base 36: unique among all writers of all stores. */
  readonly writer: string = newWriterId();
  readonly #options: LogWriterOptions;
  readonly #files: LogFileSystem;
  #identity: ProcessIdentity | undefined;
  #fd: number | undefined;
  #sequence = 0;
  #acknowledgedBytes = 0;
  #unsynced: Uint8Array[] = [];
  #unsyncedBytes = 0;
  #lastSyncMs = 0;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#files = options.files ?? NODE_FILES;
  }

  /**
   * Writes whole lines (each with its newline) in one call. When it returns they are acknowledged.
   * @throws WRITE_FAILED
   */
  append(lines: string, stampUs: number, sync: boolean): void {
    const bytes = Buffer.from(lines, 'utf8');
    this.#write(bytes, stampUs);
    this.#unsynced.push(bytes);
    this.#unsyncedBytes += bytes.length;
    const due =
      sync ||
      this.#options.durability === 'fsync' ||
      this.#unsyncedBytes > SYNC_BYTES ||
      Date.now() - this.#lastSyncMs > SYNC_INTERVAL_MS;
    if (due) this.#sync(stampUs);
  }

  /** Ends the log with a closing line, syncs it and lets go of it. A writer that never wrote does nothing. */
  close(stampUs: number): void {
    if (this.#fd === undefined) return;
    this.append(`${JSON.stringify({ at: stampUs, kind: 'sealed' })}\n`, stampUs, true);
    this.#abandon();
  }

  #write(bytes: Uint8Array, stampUs: number): void {
    const created = this.#fd === undefined;
    try {
      const fd = this.#fd ?? this.#begin();
      const whole = created
        ? Buffer.concat([this.#header(stampUs), ...this.#unsynced, bytes])
        : bytes;
      let offset = 0;
      while (offset < whole.length) offset += this.#files.write(fd, whole, offset);
      this.#acknowledgedBytes += whole.length;
      if (created) {
        this.#files.sync(fd);
        this.#files.syncFolder(dirname(this.#path()));
        this.#synced();
      }
    } catch (error) {
      this.#giveUp();
      throw writeFailed(`The log ${this.#path()}`, error);
    }
  }

  /** Creates the next log of this writer; its name is new, so nobody else has it. */
  #begin(): number {
    const path = this.#path();
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = this.#files.open(path);
    this.#acknowledgedBytes = 0;
    return this.#fd;
  }

  #header(stampUs: number): Uint8Array {
    this.#identity ??= processIdentity();
    return Buffer.from(
      encodeLogHeader(
        {
          store: this.#options.storeId,
          writer: this.writer,
          sequence: this.#sequence,
          stampUs,
        },
        this.#identity,
      ),
    );
  }

  /** Syncs; when that fails, what was not synced goes to a new log, which must sync. */
  #sync(stampUs: number): void {
    const fd = this.#fd;
    if (fd === undefined || this.#unsynced.length === 0) return;
    try {
      this.#files.sync(fd);
      this.#synced();
    } catch {
      // The kernel may have dropped the dirty pages: only a new file can be trusted with them.
      this.#abandon();
      this.#write(new Uint8Array(), stampUs);
    }
  }

  #synced(): void {
    this.#unsynced = [];
    this.#unsyncedBytes = 0;
    this.#lastSyncMs = Date.now();
  }

  /** After a failed write: takes back what was written of it, and leaves the log for good. */
  #giveUp(): void {
    if (this.#fd === undefined) return;
    try {
      this.#files.truncate(this.#fd, this.#acknowledgedBytes);
      this.#files.sync(this.#fd);
      this.#synced();
    } catch {
      // Then the torn tail stays; readers skip it, and unsynced lines are written to the next log.
    }
    this.#abandon();
  }

  #abandon(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    this.#sequence += 1;
    if (fd === undefined) return;
    try {
      this.#files.close(fd);
    } catch {
      // The descriptor is gone either way, and what mattered was the sync before.
    }
  }

  #path(): string {
    return join(this.#options.folder, logPath(this.writer, this.#sequence));
  }
}

const NODE_FILES: LogFileSystem = {
  open: (path) => openSync(path, 'ax', 0o644),
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  sync: fdatasyncSync,
  truncate: ftruncateSync,
  close: closeSync,
  syncFolder,
};

function newWriterId(): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
  return `${Date.now().toString(36)}-${process.pid.toString(36)}-${random}`;
}
