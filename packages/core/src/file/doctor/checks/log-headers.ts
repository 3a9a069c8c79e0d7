import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAYOUT } from '../../layout.ts';
import { fileFacts } from '../../log/log-coverage.ts';
import { decodeLogHeader } from '../../log/log-header.ts';
import { hasZerosAt, readFirstLine } from '../../log/log-lines.ts';
import { logNames } from '../../log/log-reader.ts';
import { isThere } from '../../system/is-there.ts';
import { errnoOf } from '../../system/system-errors.ts';
import type { Check } from '../check.ts';

/** The process of a younger log may still be at its first write. */
const BEGINNING_MS = 60_000;

/** Finds files in the folder of logs that are not logs, or that lost their header. */
export const logHeaders: Check = {
  name: 'log-headers',
  meaning: 'A file in the folder of logs has no header, so no reader reads it.',
  *find({ folder, nowMs }) {
    for (const name of logNames(folder)) {
      const file = `${LAYOUT.logs}/${name}`;
      const path = join(folder, file);
      const info = fileFacts(path);
      if (info === undefined) {
        // A clean-up deleted it since the folder was listed.
        if (!isThere(path)) continue;
        yield {
          severity: 'error',
          place: file,
          message:
            'It is not a regular file, or a link to one. Move it out of this folder, or repair the link.',
        };
        continue;
      }
      const beginning = beginningOf(path);
      if (beginning === undefined) continue;
      if (decodeLogHeader(beginning.line ?? '', file) !== undefined) continue;
      if (beginning.line === undefined && !beginning.hasZeros) {
        if (nowMs - info.mtimeMs < BEGINNING_MS) continue;
        yield {
          severity: 'note',
          place: file,
          message:
            'The log has no complete line: its process died during its first write. No line of it was acknowledged.',
          fix: 'Removes it.',
          fixed: 'Removed it.',
        };
        continue;
      }
      yield {
        severity: 'error',
        place: file,
        message:
          'The log has no header, or a damaged one, so no reader reads it. Restore it from a copy of the store.',
      };
    }
  },
  async fix({ folder }, { place }) {
    await rm(join(folder, place), { force: true });
  },
};

/** Returns the first line of a log, and whether zeros are in its place; `undefined` if the log was deleted. */
function beginningOf(
  path: string,
): { readonly line: string | undefined; readonly hasZeros: boolean } | undefined {
  try {
    return { line: readFirstLine(path), hasZeros: hasZerosAt(path, 0) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
