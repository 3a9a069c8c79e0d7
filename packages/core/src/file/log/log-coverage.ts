import { closeSync, readSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { LAYOUT } from '../layout.ts';
import { errnoOf, readFailed } from '../system/system-errors.ts';
import type { LogHeader } from './log-header.ts';
import { openLog } from './open-log.ts';

/** How much of a log was read, and how to recognise the log again. */
export interface LogCoverage {
  readonly name: string;
  /** The number of bytes from the beginning that were read: whole lines. */
  readonly bytes: number;
  /** The CRC-32 of the first and the last `CHECKED_BYTES` of the covered bytes: of the header, and of the end. */
  readonly check: number;
  /** Whether its writer sealed it, so that nothing follows. */
  readonly sealed: boolean;
  readonly inode: number;
  readonly modifiedMs: number;
  /** The header of the lines that follow; absent if none will follow. */
  readonly header?: LogHeader;
  /** With the header: the number of lines of its section that were read, counted like in the closing line. */
  readonly lines?: number;
}

/** The state of the folder of logs. While it is the same, no log was added, removed or replaced. */
export interface FolderIdentity {
  readonly inode: string;
  readonly modifiedNs: string;
}

const CHECKED_BYTES = 256;

/**
 * A folder that changed within this time may change again without a new time, because clocks of file systems tick in
 * milliseconds to seconds.
 */
const SETTLED_AFTER_MS = 2500;

/** Returns the present state of the folder of logs; `undefined` if it does not exist, or just changed. */
export function settledFolder(folder: string): FolderIdentity | undefined {
  try {
    const info = statSync(join(folder, LAYOUT.logs), { bigint: true });
    if (Date.now() - Number(info.mtimeMs) < SETTLED_AFTER_MS) return undefined;
    return { inode: String(info.ino), modifiedNs: String(info.mtimeNs) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw readFailed(join(folder, LAYOUT.logs), error);
  }
}

/** Whether two states of a folder show that nothing was added, removed or replaced in between. */
export function isSameFolder(
  one: FolderIdentity | undefined,
  other: FolderIdentity | undefined,
): boolean {
  if (one === undefined || other === undefined) return false;
  return one.inode === other.inode && one.modifiedNs === other.modifiedNs;
}

/** Returns the facts of a regular file, or of the file that a link leads to; `undefined` if it does not exist. */
export function fileFacts(path: string): Stats | undefined {
  try {
    const info = statSync(path);
    return info.isFile() ? info : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return undefined;
    throw readFailed(path, error);
  }
}

/**
 * Returns the check of the first `bytes` of a log; `undefined` if it is shorter, cannot be read, or is another file than
 * the one with this inode, which was read: a clean-up may replace a log at any time, also by one that is not shorter.
 */
export function checkOf(path: string, bytes: number, inode: number): number | undefined {
  const fd = openLog(path, inode);
  if (fd === undefined) return undefined;
  try {
    const length = Math.min(CHECKED_BYTES, bytes);
    const ends = Buffer.alloc(2 * length);
    if (readSync(fd, ends, 0, length, 0) < length) return undefined;
    if (readSync(fd, ends, length, length, bytes - length) < length) return undefined;
    return crc32(ends);
  } finally {
    closeSync(fd);
  }
}

/** Returns the coverage with the current facts of the file; `undefined` if the covered bytes changed. */
export function stillCovered(folder: string, coverage: LogCoverage): LogCoverage | undefined {
  const path = join(folder, LAYOUT.logs, coverage.name);
  const facts = fileFacts(path);
  if (facts === undefined || facts.size < coverage.bytes) return undefined;
  if (coverage.sealed) {
    if (facts.size !== coverage.bytes) return undefined;
    if (facts.ino === coverage.inode && facts.mtimeMs === coverage.modifiedMs) return coverage;
  }
  if (checkOf(path, coverage.bytes, facts.ino) !== coverage.check) return undefined;
  return { ...coverage, inode: facts.ino, modifiedMs: facts.mtimeMs };
}

/** Whether a log still begins with the covered bytes. */
export function isStillCovered(folder: string, coverage: LogCoverage): boolean {
  return stillCovered(folder, coverage) !== undefined;
}
