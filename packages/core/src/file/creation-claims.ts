import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentId } from '../model/ids.ts';
import { LAYOUT } from './layout.ts';
import { readPlainFile } from './system/plain-file.ts';
import { putIfAbsent } from './system/put-if-absent.ts';
import { errnoOf } from './system/system-errors.ts';

/** The longest claim, far longer than the path of a log. */
const LONGEST_BYTES = 4096;

/**
 * Decides which of several processes that created one experiment at the same time is its creator: the first one that
 * writes a claim, after its event is in its log. A claim is not a lock, because nothing waits for it. It is derived,
 * because the experiment exists only by the logs. Without claims, two processes would both get the answer that they
 * created it. `log` is the path of the log with the event, below the store's folder.
 */
export function claimCreation(folder: string, experiment: ExperimentId, log: string): boolean {
  const path = join(folder, LAYOUT.claims, experiment);
  try {
    mkdirSync(join(folder, LAYOUT.claims), { recursive: true });
    if (putIfAbsent(path, log)) return true;
    const claimed = readPlainFile(path, LONGEST_BYTES).toString();
    // Our own claim, although the call failed, as can happen on NFS; or a claim for a log that no longer exists here.
    return claimed === log || !existsSync(join(folder, claimed));
  } catch (error) {
    // The experiment is created, and it is unknown which other process did so too.
    if (errnoOf(error) === undefined) throw error;
    return true;
  }
}
