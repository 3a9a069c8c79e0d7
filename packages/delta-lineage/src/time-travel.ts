import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import { emptyLogActions } from './delta-actions.ts';
import { type LogListing, recreatableVersions } from './log-listing.ts';
import { readActionLines } from './read-commit.ts';

/** When `version` was committed: its in-commit timestamp where the table keeps them, else its file's modification time. */
export async function commitTimestampMs(
  logPath: string,
  listing: LogListing,
  version: number,
  configuration: Readonly<Record<string, string>>,
): Promise<number> {
  const commit = listing.commits.get(version);
  if (commit === undefined) {
    const checkpoint = listing.checkpoints.find((candidate) => candidate.version === version);
    return checkpoint?.names[0] === undefined ? 0 : modifiedMs(join(logPath, checkpoint.names[0]));
  }
  if (configuration['delta.enableInCommitTimestamps'] === 'true') {
    const inCommit = await inCommitTimestampMs(join(logPath, commit));
    if (inCommit !== undefined) return inCommit;
  }
  return modifiedMs(join(logPath, commit));
}

/**
 * The latest version committed at or before `timestampMs`. A commit's time is its in-commit
 * timestamp, else the modification time of its file, moved on by a millisecond wherever files were
 * copied out of order, as Spark does.
 *
 * Throws DELTA_VERSION_NOT_FOUND for an instant before the first version that can be put together or
 * after the last commit.
 */
export async function versionAtTimestamp(
  logPath: string,
  listing: LogListing,
  timestampMs: number,
): Promise<number> {
  const commits = await commitTimes(logPath, listing);
  const first = commits[0];
  const last = commits.at(-1);
  if (first === undefined || last === undefined) throw outOfRange(timestampMs, 'no commit is left');
  if (timestampMs < first.timeMs) {
    throw outOfRange(
      timestampMs,
      `the first version that can be read, ${first.version}, is of ${iso(first.timeMs)}`,
    );
  }
  if (timestampMs > last.timeMs) {
    throw outOfRange(
      timestampMs,
      `the last version, ${last.version}, is of ${iso(last.timeMs)}; leave the timestamp out to read it`,
    );
  }
  let found = first.version;
  for (const { version, timeMs } of commits) if (timeMs <= timestampMs) found = version;
  return found;
}

async function commitTimes(
  logPath: string,
  listing: LogListing,
): Promise<{ version: number; timeMs: number }[]> {
  const ranges = recreatableVersions(listing);
  const last = ranges.at(-1);
  if (last === undefined) return [];
  const times: { version: number; timeMs: number }[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (let version = last.from; version <= last.to; version += 1) {
    const name = listing.commits.get(version);
    if (name === undefined) continue;
    const file = join(logPath, name);
    const inCommit = await inCommitTimestampMs(file);
    const timeMs = inCommit ?? Math.max(await modifiedMs(file), previous + 1);
    times.push({ version, timeMs });
    previous = timeMs;
  }
  return times;
}

async function inCommitTimestampMs(file: string): Promise<number | undefined> {
  const actions = emptyLogActions();
  await readActionLines(file, actions);
  return actions.inCommitTimestampMs;
}

async function modifiedMs(file: string): Promise<number> {
  return Math.floor((await stat(file)).mtimeMs);
}

function outOfRange(timestampMs: number, reason: string): TidemarkError {
  return new TidemarkError(
    'DELTA_VERSION_NOT_FOUND',
    `The table has no version at ${iso(timestampMs)}: ${reason}.`,
    { details: { timestampMs } },
  );
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
