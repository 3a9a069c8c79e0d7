import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAYOUT } from '../../layout.ts';
import { fileFacts } from '../../log/log-coverage.ts';
import { decodeLogHeader } from '../../log/log-header.ts';
import { hasZerosAt, readFirstLine } from '../../log/log-lines.ts';
import { logNames } from '../../log/log-reader.ts';
import type { Check } from '../check.ts';

/** A log that young may be at its first write. */
const BEGINNING_MS = 60_000;

/** Files among the logs that are not logs, or that lost their header. */
export const logHeaders: Check = {
  name: 'log-headers',
  meaning: 'A file among the logs has no header: nothing in it is read.',
  *find({ folder, nowMs }) {
    for (const name of logNames(folder)) {
      const file = `${LAYOUT.logs}/${name}`;
      const path = join(folder, file);
      const info = fileFacts(path);
      if (info === undefined) {
        yield {
          severity: 'error',
          place: file,
          message: 'It is not a file that can be read. Look where it leads to.',
        };
        continue;
      }
      const first = readFirstLine(path);
      if (decodeLogHeader(first ?? '', file) !== undefined) continue;
      if (first === undefined && !hasZerosAt(path, 0)) {
        if (nowMs - info.mtimeMs < BEGINNING_MS) continue;
        yield {
          severity: 'note',
          place: file,
          message:
            'The log has no whole line: its process died before its first write was done. Nothing in it was acknowledged.',
          fix: 'Removes it.',
          fixed: 'Removed it.',
        };
        continue;
      }
      yield {
        severity: 'error',
        place: file,
        message:
          'The log has no header, or a damaged one, so nothing in it is read. Restore it from a copy of the store.',
      };
    }
  },
  async fix({ folder }, { place }) {
    await rm(join(folder, place), { force: true });
  },
};
