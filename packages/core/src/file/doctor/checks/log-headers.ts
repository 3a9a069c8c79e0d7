import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../../layout.ts';
import { decodeLogHeader } from '../../log-header.ts';
import { logNames } from '../../log-reader.ts';
import type { Check } from '../check.ts';

/** Longer than any header that is written. */
const HEADER_BYTES = 4096;

/** Files among the logs that are not logs, or that lost their header. */
export const logHeaders: Check = {
  name: 'log-headers',
  meaning: 'A file among the logs has no header: nothing in it is read.',
  *find({ folder }) {
    for (const name of logNames(folder)) {
      const file = `${LAYOUT.logs}/${name}`;
      const path = join(folder, file);
      const info = statSync(path, { throwIfNoEntry: false });
      if (info?.isFile() !== true) {
        yield {
          severity: 'error',
          place: file,
          message: 'It is not a file that can be read. Look where it leads to.',
        };
        continue;
      }
      if (decodeLogHeader(firstLine(path), file) !== undefined) continue;
      yield {
        severity: 'error',
        place: file,
        message:
          info.size === 0
            ? 'The log is empty: it was made when the disk was full, or a copy was cut off. Copy it again, or remove it.'
            : 'The log has no header, so nothing in it is read. Restore it from a copy of the store.',
      };
    }
  },
};

function firstLine(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, HEADER_BYTES, 0));
    return text.includes('\n') ? text.slice(0, text.indexOf('\n')) : '';
  } finally {
    closeSync(fd);
  }
}
