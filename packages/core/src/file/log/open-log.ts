import { closeSync, fstatSync, openSync } from 'node:fs';
import { errnoOf, readFailed } from '../system/system-errors.ts';

/**
 * Opens the log with this inode. Returns its descriptor; `undefined` if the log was deleted, or if another file has its
 * name. A clean-up may replace a log at any time, but a file that is open stays what it was.
 * @throws READ_FAILED
 */
export function openLog(path: string, inode: number): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw readFailed(path, error);
  }
  if (fstatSync(fd).ino === inode) return fd;
  closeSync(fd);
  return undefined;
}
