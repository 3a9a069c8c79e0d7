import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { putIfAbsent } from '../system/put-if-absent.ts';

/** Bytes to remove from a log. */
export interface TakenBytes {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** The most bytes of a log in one line of the file. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes bytes of a log, with their places and reasons, to a quarantine file. Returns its path below the store's folder.
 * Each line is `{"log":…,"offset":…,"reason":…,"base64":…}`, with `"zeros":<count>` instead of `base64` for zeros. No
 * program reads the file. The same bytes give the same file, so you can repeat an interrupted repair.
 */
export function quarantine(folder: string, log: string, taken: readonly TakenBytes[]): string {
  const fd = openSync(join(folder, log), 'r');
  let text = '';
  try {
    for (const { from, to, reason } of taken) {
      for (let offset = from; offset < to; offset += CHUNK_BYTES) {
        const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, to - offset));
        readSync(fd, bytes, 0, bytes.length, offset);
        const isZero = bytes.every((byte) => byte === 0);
        const held = isZero ? { zeros: bytes.length } : { base64: bytes.toString('base64') };
        text += `${JSON.stringify({ log, offset, reason, ...held })}\n`;
      }
    }
  } finally {
    closeSync(fd);
  }
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const name = log.slice(log.lastIndexOf('/') + 1).replace(/\.jsonl$/, '');
  const path = `${LAYOUT.quarantine}/${name}-${digest}.jsonl`;
  mkdirSync(join(folder, LAYOUT.quarantine), { recursive: true });
  putIfAbsent(join(folder, path), text);
  return path;
}
