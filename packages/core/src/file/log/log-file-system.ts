import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { syncFolder } from '../system/put-if-absent.ts';

/** The calls of the operating system that a log needs; tests replace one to make it fail. */
export interface LogFileSystem {
  /** Creates a file to append to. Fails if it exists. */
  create(path: string): number;
  /** Opens a file again to append to it, and returns its length. */
  reopen(path: string): { readonly fd: number; readonly sizeBytes: number };
  write(fd: number, bytes: Uint8Array, offset: number): number;
  /** Fails, like a failed sync, if the file was deleted with the store. */
  sync(fd: number): void;
  truncate(fd: number, length: number): void;
  close(fd: number): void;
  unlink(path: string): void;
  syncFolder(folder: string): void;
}

/** The real calls. */
export const NODE_LOG_FILES: LogFileSystem = {
  create: (path) => openSync(path, 'ax', 0o644),
  reopen: (path) => {
    // Not 'a', which would create a deleted log again.
    const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND);
    return { fd, sizeBytes: fstatSync(fd).size };
  },
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
