import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * Opens a plain file, or the one that a link leads to, for reading. It does not wait where a pipe is in its place, and
 * refuses that, a folder, a socket and a device: `/dev/zero` has no end. The caller closes it.
 * @throws the system's error; `EISDIR` for a folder, and `EFTYPE` for anything else
 */
export function openPlainFile(path: string): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) throw notPlain(info.isDirectory() ? 'EISDIR' : 'EFTYPE', path);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * The bytes of a plain file, as `openPlainFile` opens it.
 * @param mostBytes a longer file is refused before anything of it is read
 * @throws the system's error, and `EFBIG`
 */
export function readPlainFile(path: string, mostBytes: number): Buffer {
  const fd = openPlainFile(path);
  try {
    const { size } = fstatSync(fd);
    if (size > mostBytes) throw notPlain('EFBIG', path);
    const bytes = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const count = readSync(fd, bytes, filled, size - filled, filled);
      // It became shorter meanwhile.
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(fd);
  }
}

/** Whether an error says that what is there can never be read as a file, by any process. */
export function isNoPlainFile(code: string | undefined): boolean {
  return code !== undefined && UNREADABLE.has(code);
}

const UNREADABLE: ReadonlySet<string> = new Set(['EISDIR', 'EFTYPE', 'EFBIG', 'ELOOP', 'ENXIO']);

const MESSAGES = {
  EISDIR: 'a folder is in its place',
  EFTYPE: 'something else is in its place',
  EFBIG: 'it is too long',
} as const;

function notPlain(code: keyof typeof MESSAGES, path: string): Error {
  return Object.assign(new Error(`${code}: ${MESSAGES[code]}, open '${path}'`), { code, path });
}
