import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../../layout.ts';
import type { LogHeader } from '../../log/log-header.ts';
import { logNames } from '../../log/log-reader.ts';
import { scanLines } from '../../log/log-scan.ts';
import { isSeal } from '../../log/log-seal.ts';
import { processIdentity } from '../../system/process-identity.ts';
import { livenessOf } from '../../system/process-liveness.ts';
import type { Check } from '../check.ts';

/** If it is unknown whether a process lives, a log counts as abandoned after this time without a write. */
const SILENT_FOR_MS = 24 * 60 * 60 * 1000;
const NEWLINE = 10;

/** Finds logs whose process died before it sealed them. Their last line may be torn. */
export const openLogs: Check = {
  name: 'open-logs',
  meaning: 'A process died before it closed its log. The log has everything that was acknowledged.',
  *find({ folder, nowMs }) {
    const self = processIdentity();
    for (const name of logNames(folder)) {
      const file = `${LAYOUT.logs}/${name}`;
      const path = join(folder, file);
      const info = statSync(path, { throwIfNoEntry: false });
      if (info?.isFile() !== true || info.size === 0) continue;
      const last = lastSection(folder, file);
      if (last === undefined || last.isSealed) continue;
      const life = livenessOf(last.header, self);
      const isSilent = nowMs - info.mtimeMs > SILENT_FOR_MS;
      if (life === 'alive' || (life === 'unknown' && !isSilent)) continue;
      const torn =
        lastByte(path, info.size) === NEWLINE
          ? ''
          : ' Its last line is torn, so readers ignore it: the process died while it wrote the line, or the file was cut later.';
      yield {
        severity: 'note',
        place: file,
        message: `The process ${last.header.pid} on ${last.header.host} ended without closing it.${torn} You need not do anything. "tidemark gc" may merge it with other logs.`,
      };
    }
  },
};

function lastSection(
  folder: string,
  file: string,
): { header: LogHeader; isSealed: boolean } | undefined {
  let found: { header: LogHeader; isSealed: boolean } | undefined;
  for (const { header, text } of scanLines(folder, file)) {
    found = { header, isSealed: text !== undefined && isSeal(text) };
  }
  return found;
}

function lastByte(path: string, sizeBytes: number): number | undefined {
  const fd = openSync(path, 'r');
  try {
    const byte = Buffer.alloc(1);
    readSync(fd, byte, 0, 1, sizeBytes - 1);
    return byte[0];
  } finally {
    closeSync(fd);
  }
}
