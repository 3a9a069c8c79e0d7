import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAtRest } from '../../gc/log-at-rest.ts';
import { scanStore } from '../../gc/store-scan.ts';
import { supersededLogs } from '../../gc/superseded-logs.ts';
import { processIdentity } from '../../system/process-identity.ts';
import type { Check } from '../check.ts';

/** Logs that a clean-up put together with others, and that are still there, or there again. */
export const supersededLogFiles: Check = {
  name: 'superseded-logs',
  meaning:
    'Every line of a log is in another log too: a clean-up was stopped, or an old copy came back.',
  *find({ folder, nowMs }) {
    const { logs, things } = scanStore(folder);
    const self = processIdentity();
    const atRest = logs.filter((log) => isAtRest(log, nowMs, self));
    for (const { file } of supersededLogs(folder, atRest, things)) {
      yield {
        severity: 'note',
        place: file,
        message: 'Whatever it holds is counted once.',
        fix: 'Removes it; the other log stays.',
        fixed: 'Removed it; the other log stays.',
      };
    }
  },
  async fix({ folder }, { place }) {
    await rm(join(folder, place), { force: true });
  },
};
