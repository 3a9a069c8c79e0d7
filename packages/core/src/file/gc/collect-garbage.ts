import { rmSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { TidemarkError } from '../../errors.ts';
import { assertArguments, assertOptions } from '../../model/plain-input.ts';
import type { Actor } from '../../model/registered-model.ts';
import { purgePlanned } from '../../tracking/purge.ts';
import { planPurge } from '../../tracking/purge-plan.ts';
import { referringArtifacts } from '../../tracking/referring-artifacts.ts';
import { openFileStore } from '../file-store.ts';
import { LAYOUT } from '../layout.ts';
import type { ScannedLine } from '../log/log-scan.ts';
import { syncFolder } from '../system/put-if-absent.ts';
import { errnoOf, writeFailed } from '../system/system-errors.ts';
import type { GarbagePlan } from './garbage-plan.ts';
import { removeEmptyAnnouncements } from './idle-announcements.ts';
import { isNotThere, planGarbage } from './plan-garbage.ts';
import { removeIndex } from './remove-index.ts';
import { strippedLine, writeLog } from './write-log.ts';

/**
 * Executes a plan. It only changes logs that no process writes any more. It replaces each as a whole, and removes the
 * old one after the new one is synced. So you can stop it at any time without losing data, and the next clean-up
 * finishes the work. Readers and writers continue meanwhile.
 *
 * @example
 * ```ts
 * import { collectGarbage, planGarbage } from '@tidemark/core/node';
 *
 * const plan = await planGarbage('./tidemark', { expireAfterMs: 30 * 24 * 60 * 60 * 1000 });
 * await collectGarbage(plan, { by: { name: 'ada', authenticated: false } });
 * ```
 *
 * @throws WRITE_FAILED; STORE_DAMAGED if a log changed after the plan was made
 */
export async function collectGarbage(plan: GarbagePlan, options: { by: Actor }): Promise<void> {
  assertArguments({ plan }, 'collectGarbage', { plan: 'object' });
  assertOptions(options, 'collectGarbage', { by: 'actor' });
  if (plan.expired.length > 0) {
    await collectGarbage(await purgeExpired(plan, options.by), options);
    return;
  }
  const { folder, things } = plan;
  const change = (line: ScannedLine) => strippedLine(line, things);
  try {
    // The index may contain purged values, and belongs to logs that are replaced now. It is removed before them, so
    // that an interrupted clean-up leaves no old index. Every later index takes the purges into account.
    if (plan.rewrites.length + plan.merges.length > 0) removeIndex(folder);
    for (const rewrite of plan.rewrites) {
      assertUnchanged(folder, rewrite);
      writeLog(folder, rewrite.file, [rewrite.file], { change, modifiedMs: rewrite.modifiedMs });
    }
    for (const { target, sources, modifiedMs } of plan.merges) {
      for (const source of sources) assertUnchanged(folder, source);
      const files = sources.map(({ file }) => file);
      writeLog(folder, target, files, { change, modifiedMs });
      for (const file of files) unlinkIfThere(join(folder, file));
    }
    for (const { path } of plan.removals) {
      rmSync(join(folder, path), { recursive: true, force: true });
    }
    removeEmptyAnnouncements(folder);
    if (plan.rewrites.length + plan.merges.length > 0) syncFolder(join(folder, LAYOUT.logs));
  } catch (error) {
    throw error instanceof TidemarkError ? error : writeFailed(`The store ${folder}`, error);
  }
}

/** Another clean-up may have removed it already. */
function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Purges things that were deleted long ago, and returns the plan for the garbage after that. */
async function purgeExpired(plan: GarbagePlan, by: Actor): Promise<GarbagePlan> {
  const store = openFileStore(plan.folder, { mustExist: true });
  try {
    const referring = await referringArtifacts(store);
    for (const target of plan.expired) {
      try {
        const planned = await planPurge(store, target, referring);
        await purgePlanned(store, planned, { by, reason: 'deleted long ago' });
      } catch (error) {
        // It was purged with its experiment.
        if (!isNotThere(error)) throw error;
      }
    }
  } finally {
    await store.close();
  }
  return planGarbage(plan.folder);
}

function assertUnchanged(folder: string, log: { file: string; sizeBytes: number }): void {
  const info = statSync(join(folder, log.file), { throwIfNoEntry: false });
  if (info?.size === log.sizeBytes) return;
  throw new TidemarkError(
    'STORE_DAMAGED',
    `The log ${log.file} changed while the clean-up was planned. Run it again.`,
    { details: { file: log.file } },
  );
}
