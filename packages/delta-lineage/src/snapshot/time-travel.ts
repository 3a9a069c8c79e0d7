import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import { collectAction, emptyLogActions } from '../log/delta-actions.ts';
import { type LogListing, recreatableVersions } from '../log/log-listing.ts';

/** A version and the time of its commit. */
interface CommitTime {
  readonly version: number;
  readonly timeMs: number;
}

/** The version from which commits have their own timestamps (PROTOCOL.md, "In-Commit Timestamps"). */
interface InCommitTimestamps {
  readonly fromVersion: number;
  readonly fromTimeMs: number;
}

const FIRST_READ_BYTES = 4096;

/** Time of the commit of `version`: its in-commit timestamp if the table has them, else its file's modification time. */
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
  const file = join(logPath, commit);
  const inCommit = inCommitTimestamps(configuration);
  if (inCommit === undefined || version < inCommit.fromVersion) return modifiedMs(file);
  return (await inCommitTimestampMs(file)) ?? modifiedMs(file);
}

/**
 * The latest version committed at or before `timestampMs`, given the properties of the table's latest
 * version. The time of a commit is its in-commit timestamp if the table has them, else the modification
 * time of its file. Where files were copied out of order, each is one millisecond later than the one before,
 * as in Spark.
 *
 * @throws DELTA_VERSION_NOT_FOUND for an instant before the first version that can be read, or after the
 * last commit.
 */
export async function versionAtTimestamp(
  logPath: string,
  listing: LogListing,
  configuration: Readonly<Record<string, string>>,
  timestampMs: number,
): Promise<number> {
  const last = recreatableVersions(listing).at(-1);
  const inCommit = inCommitTimestamps(configuration);
  const versions = [...listing.commits.keys()]
    .filter((version) => last !== undefined && version >= last.from && version <= last.to)
    .sort((a, b) => a - b);
  const split =
    inCommit === undefined ? versions.length : firstAtLeast(versions, inCommit.fromVersion);
  const byFile = await fileTimes(logPath, listing, versions.slice(0, split));
  const byCommit = await inCommitTimes(logPath, listing, versions.slice(split));
  const own = inCommit !== undefined && timestampMs >= inCommit.fromTimeMs && byCommit.length > 0;
  return pickVersion(
    own || byFile.length === 0 ? byCommit : byFile,
    [...byFile, ...byCommit],
    timestampMs,
  );
}

function pickVersion(
  candidates: readonly CommitTime[],
  all: readonly CommitTime[],
  timestampMs: number,
): number {
  const [first] = all;
  const last = all.at(-1);
  if (first === undefined || last === undefined)
    throw outOfRange(timestampMs, 'its log has no commits');
  // In-commit timestamps of some tables go backwards, so the search reads every commit.
  const found = candidates.findLast(({ timeMs }) => timeMs <= timestampMs);
  if (found === undefined) {
    throw outOfRange(
      timestampMs,
      `the first version that can be read, ${first.version}, is from ${iso(first.timeMs)}`,
    );
  }
  if (all.every(({ timeMs }) => timeMs < timestampMs)) {
    throw outOfRange(
      timestampMs,
      `the last version, ${last.version}, is from ${iso(last.timeMs)}: leave the timestamp out to read it`,
    );
  }
  return found.version;
}

function inCommitTimestamps(
  configuration: Readonly<Record<string, string>>,
): InCommitTimestamps | undefined {
  if (configuration['delta.enableInCommitTimestamps'] !== 'true') return undefined;
  const fromVersion = Number(configuration['delta.inCommitTimestampEnablementVersion'] ?? 0);
  const fromTimeMs = Number(
    configuration['delta.inCommitTimestampEnablementTimestamp'] ?? Number.NEGATIVE_INFINITY,
  );
  if (!Number.isNaN(fromVersion) && !Number.isNaN(fromTimeMs)) return { fromVersion, fromTimeMs };
  throw new TidemarkError(
    'DELTA_LOG_INVALID',
    "The table's properties delta.inCommitTimestampEnablementVersion and …Timestamp are not numbers. Correct them in the system that wrote the table.",
  );
}

async function fileTimes(
  logPath: string,
  listing: LogListing,
  versions: readonly number[],
): Promise<CommitTime[]> {
  const times: CommitTime[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const version of versions) {
    const modified = await modifiedMs(join(logPath, listing.commits.get(version) ?? ''));
    previous = Math.max(modified, previous + 1);
    times.push({ version, timeMs: previous });
  }
  return times;
}

async function inCommitTimes(
  logPath: string,
  listing: LogListing,
  versions: readonly number[],
): Promise<CommitTime[]> {
  const times: CommitTime[] = [];
  for (const version of versions) {
    const file = join(logPath, listing.commits.get(version) ?? '');
    const timeMs = await inCommitTimestampMs(file);
    if (timeMs === undefined) throw noTimestamp(file);
    times.push({ version, timeMs });
  }
  return times;
}

/** The timestamp in a commit's first action, which must be `commitInfo` in tables with in-commit timestamps. */
async function inCommitTimestampMs(file: string): Promise<number | undefined> {
  const actions = emptyLogActions();
  const line = await readFirstLine(file);
  try {
    collectAction(JSON.parse(line), actions);
  } catch (cause) {
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `The first line of ${file} is not an action of the Delta protocol. The file is damaged: restore it from a copy.`,
      { cause, details: { file } },
    );
  }
  return actions.inCommitTimestampMs;
}

async function readFirstLine(file: string): Promise<string> {
  const handle = await open(file);
  try {
    let text = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(Math.max(FIRST_READ_BYTES, text.length));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, text.length);
      text = Buffer.concat([text, chunk.subarray(0, bytesRead)]);
      const end = text.indexOf('\n');
      if (end !== -1) return text.toString('utf8', 0, end);
      if (bytesRead === 0) return text.toString('utf8');
    }
  } finally {
    await handle.close();
  }
}

function firstAtLeast(versions: readonly number[], bound: number): number {
  const index = versions.findIndex((version) => version >= bound);
  return index === -1 ? versions.length : index;
}

async function modifiedMs(file: string): Promise<number> {
  return Math.floor((await stat(file)).mtimeMs);
}

function noTimestamp(file: string): TidemarkError {
  return new TidemarkError(
    'DELTA_LOG_INVALID',
    `The table has in-commit timestamps, but the first action of ${file} has no timestamp. Select a version by its number instead.`,
    { details: { file } },
  );
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
