import { type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** Whether the first bytes of two files are the same; both must have that many. */
export async function hasSameBytes(a: string, b: string, sizeBytes: number): Promise<boolean> {
  return await withOpen(a, (one) =>
    withOpen(b, async (other) => {
      const [left, right] = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
      for (let at = 0; at < sizeBytes; at += CHUNK_BYTES) {
        const count = Math.min(CHUNK_BYTES, sizeBytes - at);
        const isWhole = (await fill(one, left, count, at)) && (await fill(other, right, count, at));
        if (!isWhole || !left.subarray(0, count).equals(right.subarray(0, count))) return false;
      }
      return true;
    }),
  );
}

/** Returns the end of the last whole line of a file; 0 if it has none. */
export async function endOfWholeLines(path: string, sizeBytes: number): Promise<number> {
  return await withOpen(path, async (handle) => {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (let end = sizeBytes; end > 0; end -= CHUNK_BYTES) {
      const begin = Math.max(0, end - CHUNK_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, end - begin, begin);
      const newline = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (newline !== -1) return begin + newline + 1;
    }
    return 0;
  });
}

/** Fills the buffer from an offset of a file. Returns false if the file ends before. */
async function fill(
  handle: FileHandle,
  buffer: Buffer,
  count: number,
  at: number,
): Promise<boolean> {
  for (let filled = 0; filled < count; ) {
    const { bytesRead } = await handle.read(buffer, filled, count - filled, at + filled);
    if (bytesRead === 0) return false;
    filled += bytesRead;
  }
  return true;
}

async function withOpen<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
