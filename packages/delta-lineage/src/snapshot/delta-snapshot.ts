import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertArguments, isTidemarkError, TidemarkError } from '@tidemark/core';
import { type DuckdbSession, withDuckdb } from '../duckdb/duckdb-session.ts';
import type { DeletionVectorDescriptor, DeltaProtocol } from '../log/delta-actions.ts';
import { emptyLogActions } from '../log/delta-actions.ts';
import {
  formatVersionRanges,
  type LogListing,
  type LogSegment,
  latestVersion,
  listLog,
  planSegments,
  recreatableVersions,
} from '../log/log-listing.ts';
import {
  assertReadable,
  type ColumnMappingMode,
  columnMappingMode,
} from '../log/protocol-support.ts';
import { readCheckpoint } from '../log/read-checkpoint.ts';
import { readActionLines } from '../log/read-commit.ts';
import { LogReplay, type TableState } from '../log/replay.ts';
import { type DeltaStructType, parseDeltaSchema } from '../schema/delta-type.ts';
import { commitTimestampMs, versionAtTimestamp } from './time-travel.ts';

/** One version of a Delta table, read only from its log, without opening a data file. */
export interface DeltaSnapshot {
  /** The table's folder, absolute. */
  readonly path: string;
  /** Identity of the table. A new table at the same path has another one. */
  readonly tableId: string;
  /** The table's name, if its creator gave one. */
  readonly name?: string;
  /** What its creator wrote about it. */
  readonly description?: string;
  readonly version: number;
  /** Time of the commit: its in-commit timestamp, else the modification time of its commit file. */
  readonly timestampMs: number;
  readonly protocol: DeltaProtocol;
  /** The schema exactly as the log has it. */
  readonly schemaString: string;
  readonly schema: DeltaStructType;
  readonly partitionColumns: readonly string[];
  /** Table properties, such as `delta.columnMapping.mode`. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly columnMapping: ColumnMappingMode;
  /** The data files of this version, oldest first, then by path. The order does not depend on checkpoints. */
  readonly files: readonly DeltaFile[];
  /** How far applications have written to the table (`txn`), by their ids. */
  readonly transactions: Readonly<Record<string, number>>;
}

/** A live data file of a snapshot. */
export interface DeltaFile {
  /** The path in the log: an RFC 2396 URI, relative to the table's folder or absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modificationTimeMs: number;
  /** Keyed by physical column name; null and the empty string both mean null. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Present when some of the file's rows are deleted. */
  readonly deletionVector?: DeletionVectorDescriptor;
  /** The statistics of the file, as JSON, if its writer gave any and they come from a commit. */
  readonly statistics?: string;
}

/** Selects a version of a table. Give at most one of the two; without either it is the latest version. */
export interface VersionSelection {
  readonly version?: number;
  /** The latest version committed at or before this instant. */
  readonly timestampMs?: number;
}

/** The folder of a table's log, in the table's folder. */
export const LOG_FOLDER = '_delta_log';

/**
 * Reads one version of a Delta table from its log. `path` is the table's folder, or a `file:` URL of it.
 *
 * @throws DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND (naming the versions that can be read),
 * DELTA_FEATURE_UNSUPPORTED (naming the features), DELTA_LOG_INVALID, INVALID_ARGUMENT.
 *
 * @example
 * ```ts
 * const { version, schema, files } = await openDeltaSnapshot('data/penguins', {
 *   timestampMs: Date.parse('2026-03-01T00:00:00Z'),
 * });
 * ```
 */
export async function openDeltaSnapshot(
  path: string,
  selection: VersionSelection = {},
): Promise<DeltaSnapshot> {
  assertArguments({ path }, 'openDeltaSnapshot', { path: 'string' });
  assertArguments({ selection }, 'openDeltaSnapshot', { selection: 'record' });
  return withDuckdb((session) => loadSnapshot(session, path, selection));
}

/**
 * Like `openDeltaSnapshot`, with an open DuckDB session, which checkpoints in Parquet need. Reads the statistics in
 * checkpoints if they are wanted.
 */
export async function loadSnapshot(
  session: DuckdbSession,
  path: string,
  selection: VersionSelection,
  wants: Wants = { statistics: false },
): Promise<DeltaSnapshot> {
  const tablePath = tableFolder(path);
  const logPath = join(tablePath, LOG_FOLDER);
  const listing = await readListing(tablePath);
  const version = await selectVersion(listing, selection, async (timestampMs) => {
    // A property of the latest version says whether commits have in-commit timestamps.
    const newest = latestVersion(listing) ?? 0;
    const latest = await loadState(session, tablePath, { listing, version: newest, wants });
    const { configuration } = latest.metadata;
    return versionAtTimestamp(logPath, listing, configuration, timestampMs);
  });
  const state = await loadState(session, tablePath, { listing, version, wants });
  assertReadable(state.protocol);
  const { metadata } = state;
  return {
    path: tablePath,
    tableId: metadata.id,
    ...(metadata.name === undefined ? {} : { name: metadata.name }),
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
    version,
    timestampMs: await commitTimestampMs(logPath, listing, version, metadata.configuration),
    protocol: state.protocol,
    schemaString: metadata.schemaString,
    schema: parseDeltaSchema(metadata.schemaString),
    partitionColumns: metadata.partitionColumns,
    configuration: metadata.configuration,
    columnMapping: columnMappingMode(state.protocol, metadata.configuration),
    files: state.files.toSorted(byAge),
    transactions: state.transactions,
  };
}

/** The absolute folder of a table's path or `file:` URL. @throws INVALID_ARGUMENT for other addresses. */
export function tableFolder(path: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path) && !path.startsWith('file:')) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `Delta tables are read from the local file system, not from '${path}'. Copy the table to a folder, or mount it.`,
      { details: { path } },
    );
  }
  return path.startsWith('file:') ? resolve(fileURLToPath(path)) : resolve(path);
}

/** Lists the log of the table at the absolute folder `tablePath`. @throws DELTA_TABLE_NOT_FOUND. */
export async function readListing(tablePath: string): Promise<LogListing> {
  const listing = await readdir(join(tablePath, LOG_FOLDER)).then(listLog, (cause: unknown) => {
    throw tableNotFound(tablePath, cause);
  });
  if (latestVersion(listing) === undefined) throw tableNotFound(tablePath);
  return listing;
}

async function selectVersion(
  listing: LogListing,
  { version, timestampMs }: VersionSelection,
  versionAt: (timestampMs: number) => Promise<number>,
): Promise<number> {
  if (version !== undefined && timestampMs !== undefined) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'Give either a version or a timestamp of the table, not both.',
    );
  }
  if (timestampMs !== undefined && !Number.isFinite(timestampMs)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'A timestamp is a number of milliseconds since 1970.',
    );
  }
  if (timestampMs !== undefined) return versionAt(timestampMs);
  const latest = latestVersion(listing) ?? 0;
  if (version === undefined) return latest;
  if (!Number.isSafeInteger(version) || version < 0) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `A table's version is a whole number from 0, not ${version}.`,
    );
  }
  if (planSegments(listing, version).length === 0) throw versionNotFound(listing, version, latest);
  return version;
}

/** What to read in addition to what determines a version. */
interface Wants {
  readonly statistics: boolean;
}

async function loadState(
  session: DuckdbSession,
  tablePath: string,
  { listing, version, wants }: { listing: LogListing; version: number; wants: Wants },
): Promise<TableState> {
  const failures: unknown[] = [];
  for (const segment of planSegments(listing, version)) {
    try {
      return await replaySegment(session, tablePath, segment, wants);
    } catch (error) {
      // A damaged checkpoint does no harm while an older one, or every commit, still exists.
      if (!isTidemarkError(error, 'DELTA_LOG_INVALID') || segment.checkpoint === undefined) {
        throw failures[0] ?? error;
      }
      failures.push(error);
    }
  }
  throw (
    failures[0] ??
    new TidemarkError(
      'DELTA_LOG_INVALID',
      `The log of ${tablePath} lacks commits before its latest version ${version}. ${stillReadable(listing)}`,
      { details: { version, recreatable: recreatableVersions(listing) } },
    )
  );
}

async function replaySegment(
  session: DuckdbSession,
  tablePath: string,
  segment: LogSegment,
  wants: Wants,
): Promise<TableState> {
  const logPath = join(tablePath, LOG_FOLDER);
  const replay = new LogReplay(tablePath);
  if (segment.checkpoint !== undefined) {
    replay.apply(await readCheckpoint(session, logPath, segment.checkpoint, wants));
  }
  for (const name of segment.commits) {
    const actions = emptyLogActions();
    await readActionLines(join(logPath, name), actions);
    replay.apply(actions);
  }
  return replay.state();
}

function byAge(a: DeltaFile, b: DeltaFile): number {
  if (a.modificationTimeMs !== b.modificationTimeMs) {
    return a.modificationTimeMs - b.modificationTimeMs;
  }
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function tableNotFound(tablePath: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'DELTA_TABLE_NOT_FOUND',
    `There is no Delta table at ${tablePath}: it has no ${LOG_FOLDER} folder with commits. Give the folder that holds ${LOG_FOLDER}.`,
    { cause, details: { path: tablePath } },
  );
}

function versionNotFound(listing: LogListing, version: number, latest: number): TidemarkError {
  const reason =
    version > latest
      ? `The table has no version ${version} yet; its latest is ${latest}.`
      : `Version ${version} can no longer be read: commits before it are missing from the log, and no complete checkpoint replaces them.`;
  return new TidemarkError('DELTA_VERSION_NOT_FOUND', `${reason} ${stillReadable(listing)}`, {
    details: { version, recreatable: recreatableVersions(listing) },
  });
}

function stillReadable(listing: LogListing): string {
  const ranges = recreatableVersions(listing);
  return ranges.length === 0
    ? 'No version of it can be read.'
    : `Versions that can be read: ${formatVersionRanges(ranges)}.`;
}
