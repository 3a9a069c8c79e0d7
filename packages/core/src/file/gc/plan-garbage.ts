import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isTidemarkError } from '../../errors.ts';
import type { PurgedThings } from '../../fold/purged-things.ts';
import { DEFAULT_EXPERIMENT_ID } from '../../model/ids.ts';
import { assertArguments, assertOptions } from '../../model/plain-input.ts';
import type { Store } from '../../port/store.ts';
import { type PurgeTarget, planPurge } from '../../tracking/purge-plan.ts';
import { referringArtifacts } from '../../tracking/referring-artifacts.ts';
import { versionReferences } from '../../tracking/referring-versions.ts';
import { openFileStore } from '../file-store.ts';
import { indexProblem } from '../index/index-problem.ts';
import { logPath } from '../layout.ts';
import { readTail } from '../log/log-lines.ts';
import { type ScannedLog, scanLines } from '../log/log-scan.ts';
import { pointsProblem } from '../points/points-problem.ts';
import { damagedChains } from '../registry/damaged-chains.ts';
import type { StoreDamage } from '../store-damage.ts';
import { inspectStoreFolder } from '../store-file.ts';
import { processIdentity } from '../system/process-identity.ts';
import { artifactGarbage } from './artifact-garbage.ts';
import { mayHoldPurged, quarantinedRemains } from './damaged-remains.ts';
import type { GarbagePlan, Kept, LeftOut, LogMerge, LogRewrite, Removal } from './garbage-plan.ts';
import { idleAnnouncements } from './idle-announcements.ts';
import { isAtRest, unrestOf } from './log-at-rest.ts';
import { abandonedPartials } from './partial-files.ts';
import { indexFiles } from './remove-index.ts';
import { spareAll, spareNeeded } from './spare-needed.ts';
import { type StoreScan, scanStore } from './store-scan.ts';
import { supersededLogs } from './superseded-logs.ts';
import { holdsPurged, strippedLine } from './write-log.ts';

/** Options of a clean-up. */
export interface GarbageOptions {
  /** Purge what was deleted at least this long ago, in milliseconds. Default: nothing. */
  readonly expireAfterMs?: number;
  /** Milliseconds since 1970; default now. */
  readonly nowMs?: number;
}

/** Logs at rest below this size are small. */
const SMALL_LOG_BYTES = 4 * 1024 * 1024;
/** The least number of small logs to merge. */
const WORTH_MERGING = 8;
/** The approximate size of a merged log. */
const MERGED_LOG_BYTES = 64 * 1024 * 1024;

/**
 * Finds out what a clean-up of a file store would free, and changes nothing. If the chain of a registered model is
 * damaged, it is unknown what its versions need: then nothing that was purged as a whole is removed, nothing deleted is
 * purged, and the plan names the chain.
 * @throws STORE_NOT_FOUND, STORE_FORMAT_TOO_NEW
 */
export async function planGarbage(
  storeFolder: string,
  options: GarbageOptions = {},
): Promise<GarbagePlan> {
  assertArguments({ storeFolder }, 'planGarbage', { storeFolder: 'string' });
  assertOptions(options, 'planGarbage', { expireAfterMs: 'number?', nowMs: 'number?' });
  const folder = resolve(storeFolder);
  const nowMs = options.nowMs ?? Date.now();
  const damage: StoreDamage[] = [];
  const store = openFileStore(folder, {
    mustExist: true,
    index: 'off',
    onDamage: (place) => damage.push(place),
  });
  const { things, logs, deleted } = scanStore(folder);
  const references = await versionReferences(store);
  const unknownNeeds = damagedChains(damage);

  const kept = spareNeeded(things, references);
  if (unknownNeeds.length > 0) spareAll(things);
  const { expireAfterMs = Number.POSITIVE_INFINITY } = options;
  const overdue = deleted.filter(({ sinceMs }) => nowMs - sinceMs >= expireAfterMs);
  const expired = unknownNeeds.length > 0 ? [] : await purgeable(store, overdue, kept);
  await store.close();

  const self = processIdentity();
  const atRest = logs.filter((log) => isAtRest(log, nowMs, self));
  const superseded = new Set(supersededLogs(folder, atRest, things));
  const left = atRest.filter((log) => !superseded.has(log));
  const merges = planMerges(left);
  const merged = new Set(merges.flatMap(({ sources }) => sources.map(({ file }) => file)));
  const rewrites = left
    .filter(({ file }) => !merged.has(file))
    .flatMap((log) => planRewrite(folder, log, things));
  const purgedInMerges = sumOf(
    left.filter(({ file }) => merged.has(file)).flatMap((log) => planRewrite(folder, log, things)),
    ({ freedBytes }) => freedBytes,
  );
  const removals: Removal[] = [
    ...artifactGarbage(folder, things),
    ...[...quarantinedRemains(folder, things), ...idleIndex(folder, things)].map(
      (path) =>
        ({ path, bytes: statSync(join(folder, path)).size, files: 1, why: 'purged' }) as const,
    ),
    ...idleAnnouncements(folder, things, nowMs),
    ...abandonedPartials(folder, nowMs).map(
      ({ path, bytes }) => ({ path, bytes, files: 1, why: 'partial' }) as const,
    ),
    ...[...superseded].map(
      ({ file, sizeBytes }) =>
        ({ path: file, bytes: sizeBytes, files: 1, why: 'superseded' }) as const,
    ),
  ];
  return {
    folder,
    expired,
    rewrites,
    merges,
    removals,
    kept,
    damagedChains: unknownNeeds,
    leftOut: logs.flatMap((log): LeftOut[] => {
      const why = unrestOf(log, nowMs, self);
      return why !== undefined && mayLeavePurged(folder, log, things)
        ? [{ file: log.file, why }]
        : [];
    }),
    freedBytes:
      sumOf(removals, ({ bytes }) => bytes) +
      sumOf(rewrites, ({ freedBytes }) => freedBytes) +
      purgedInMerges,
    freedFiles:
      sumOf(removals, ({ files }) => files) + sumOf(merges, ({ sources }) => sources.length - 1),
    things,
  };
}

function sumOf<Item>(items: readonly Item[], figure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + figure(item), 0);
}

/** Returns the things that were deleted long ago and can be purged. Adds those that versions need to `kept`. */
async function purgeable(
  store: Store,
  overdue: StoreScan['deleted'],
  kept: Kept[],
): Promise<PurgeTarget[]> {
  const expired: PurgeTarget[] = [];
  const referring = overdue.length === 0 ? [] : await referringArtifacts(store);
  for (const { target } of overdue) {
    if ('experiment' in target && target.experiment === DEFAULT_EXPERIMENT_ID) continue;
    try {
      const { neededBy, referredBy } = await planPurge(store, target, referring);
      if (neededBy.length + referredBy.length === 0) expired.push(target);
      else kept.push({ id: Object.values(target).join(), neededBy, referredBy });
    } catch (error) {
      // The log with its creation is not in this folder.
      if (!isNotThere(error)) throw error;
    }
  }
  return expired;
}

/** Whether the target of a purge does not exist, or no longer exists. */
export function isNotThere(error: unknown): boolean {
  return (
    isTidemarkError(error, 'RUN_NOT_FOUND') ||
    isTidemarkError(error, 'LOGGED_MODEL_NOT_FOUND') ||
    isTidemarkError(error, 'EXPERIMENT_NOT_FOUND')
  );
}

function planMerges(logs: readonly ScannedLog[]): LogMerge[] {
  const small = logs.filter(({ sizeBytes }) => sizeBytes < SMALL_LOG_BYTES);
  if (small.length < WORTH_MERGING) return [];
  const groups: ScannedLog[][] = [[]];
  let groupBytes = 0;
  for (const log of small) {
    if (groupBytes + log.sizeBytes > MERGED_LOG_BYTES) {
      groups.push([]);
      groupBytes = 0;
    }
    groups.at(-1)?.push(log);
    groupBytes += log.sizeBytes;
  }
  return groups
    .filter((group) => group.length >= WORTH_MERGING)
    .map((group) => ({
      target: logPath(`merged-${randomBytes(8).toString('hex')}`, 0),
      sources: group.map(({ file, sizeBytes }) => ({ file, sizeBytes })),
      modifiedMs: Math.max(...group.map(({ modifiedMs }) => modifiedMs)),
    }));
}

function planRewrite(folder: string, log: ScannedLog, things: PurgedThings): LogRewrite[] {
  if (things.isEmpty) return [];
  let freedBytes = 0;
  let lines = 0;
  let end = 0;
  for (const line of scanLines(folder, log.file)) {
    end = line.end;
    const left = strippedLine(line, things);
    if (left === line.text || line.text === undefined) continue;
    lines += 1;
    freedBytes += bytesOf(line.text) - bytesOf(left);
  }
  const { file, sizeBytes, modifiedMs } = log;
  // A torn last line is never rewritten.
  if (sizeBytes > end && mayHoldPurged(readTail(join(folder, file), end), things)) {
    lines += 1;
    freedBytes += sizeBytes - end;
  }
  return lines === 0 ? [] : [{ file, sizeBytes, modifiedMs, freedBytes, lines }];
}

/**
 * Returns the files of an index that no reader uses, such as one from before a purge. Purged values cannot be removed
 * from it.
 */
function idleIndex(folder: string, things: PurgedThings): string[] {
  if (things.isEmpty) return [];
  const storeId = inspectStoreFolder(folder)?.id ?? '';
  const problem = indexProblem(folder) ?? pointsProblem(folder, storeId);
  return problem === undefined ? [] : indexFiles(folder);
}

/** Whether a log that stays as it is has purged things, or lines that cannot be judged. */
function mayLeavePurged(folder: string, log: ScannedLog, things: PurgedThings): boolean {
  if (things.isEmpty || log.sizeBytes === 0) return false;
  if (log.headers.length === 0 || log.hasOversized) return true;
  return holdsPurged(folder, log.file, things);
}

/** Returns the bytes of a line, including its newline. */
function bytesOf(line: string | undefined): number {
  return line === undefined ? 0 : Buffer.byteLength(line) + 1;
}
