import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAtRest } from '../../gc/log-at-rest.ts';
import { scanStore } from '../../gc/store-scan.ts';
import { supersededLogs } from '../../gc/superseded-logs.ts';
import { processIdentity } from '../../system/process-identity.ts';
import type { Check } from '../check.ts';

/** Finds logs that gc merged into another log, and that still exist or were copied back. */
export const supersededLogFiles: Check = {
  name: 'superseded-logs',
  meaning:
    'Every line of a log is in another log too: a gc was interrupted, or an old copy was restored.',
  *find({ folder, nowMs }) {
    const { logs, things } = scanStore(folder);
    const self = processIdentity();
    const atRest = logs.filter((log) => isAtRest(log, nowMs, self));
    for (const { file } of supersededLogs(folder, atRest, things)) {
      yield {
        severity: 'note',
        place: file,
        message: 'Answers are right: a line that is read twice counts once.',
        fix: 'Removes it; the other log stays.',
        fixed: 'Removed it; the other log stays.',
      };
    }
  },
  async fix({ folder }, { place }) {
    await rm(join(folder, place), { force: true });
  },
};
