import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentId } from '../model/ids.ts';
import { LAYOUT } from './layout.ts';
import { putIfAbsent } from './system/put-if-absent.ts';
import { errnoOf } from './system/system-errors.ts';

/**
 * Decides which of several processes that created one experiment at the same moment did so: the first that puts its
 * claim, after its event is in its log. A claim is no lock, for nothing waits for it, and no truth: the experiment is
 * there by the logs alone. Without the file, two processes would both get the answer that they created it. `log` is
 * where the event lies, from the store's folder on.
 */
export function claimCreation(folder: string, experiment: ExperimentId, log: string): boolean {
  const path = join(folder, LAYOUT.claims, experiment);
  try {
    mkdirSync(join(folder, LAYOUT.claims), { recursive: true });
    if (putIfAbsent(path, log)) return true;
    const claimed = readFileSync(path, 'utf8');
    // Ours, although the call said otherwise, as NFS can; or of logs that are gone from this folder.
    return claimed === log || !existsSync(join(folder, claimed));
  } catch (error) {
    // The experiment is created, and it is unknown which other process did so too.
    if (errnoOf(error) === undefined) throw error;
    return true;
  }
}
