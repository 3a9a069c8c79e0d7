import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * Opens a plain file, or the one that a link leads to, for reading. It refuses a pipe (without waiting for it), a folder,
 * a socket and a device, because `/dev/zero` has no end. The caller closes the file.
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
 * Returns the bytes of a plain file, opened with `openPlainFile`.
 * @param mostBytes a longer file is refused before any byte of it is read
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

/** Whether an error says that no process can read the place as a file. */
export function isNoPlainFile(code: string | undefined): boolean {
  return code !== undefined && UNREADABLE.has(code);
}

const UNREADABLE: ReadonlySet<string> = new Set(['EISDIR', 'EFTYPE', 'EFBIG', 'ELOOP', 'ENXIO']);

const MESSAGES = {
  EISDIR: 'it is a folder',
  EFTYPE: 'it is not a regular file',
  EFBIG: 'it is too long',
} as const;

function notPlain(code: keyof typeof MESSAGES, path: string): Error {
  return Object.assign(new Error(`${code}: ${MESSAGES[code]}, open '${path}'`), { code, path });
}
