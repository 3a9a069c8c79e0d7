import { recordDatasetRead } from '@tidemark/client';
import {
  assertArguments,
  assertOptions,
  type DatasetInput,
  type DeltaDatasetVersion,
  TidemarkError,
} from '@tidemark/core';
import type { Table } from 'apache-arrow';
import { arrowTableFromResult } from '../arrow/arrow-result.ts';
import { deltaDatasetInput, pinDatasetVersion } from '../dataset/delta-dataset.ts';
import { readDeletionVector } from '../deletion-vector/deletion-vector.ts';
import { type DuckdbSession, withDuckdb } from '../duckdb/duckdb-session.ts';
import {
  type DeltaSnapshot,
  loadSnapshot,
  type VersionSelection,
} from '../snapshot/delta-snapshot.ts';
import { locateLiveFiles } from './live-files.ts';
import { assertNestedFieldIds } from './nested-field-ids.ts';
import { createPartitionTable } from './partition-values.ts';
import { planScan } from './scan-plan.ts';
import { createDeletedRows, createPathList, type DeletedRows } from './scan-tables.ts';

/** Options of `readDeltaTable`. Without `version` and `timestampMs`, it reads the latest version. */
export interface ReadDeltaTableOptions extends VersionSelection {
  /** The columns to read, in this order; all of them by default. */
  readonly columns?: readonly string[];
  /** The purpose of the read, recorded as the dataset's tag `mlflow.data.context`: `training` (default), `eval` … */
  readonly context?: string;
  /** Whether the active run, or the next one that starts, records the read. Default: true. */
  readonly record?: boolean;
}

/** The result of reading one version of a table. */
export interface DeltaRead {
  /** The rows, in the order of the files in the log and of the rows in them: the same order every time. */
  readonly table: Table;
  readonly snapshot: DeltaSnapshot;
  /** The pinned version, which lineage keeps. */
  readonly dataset: DeltaDatasetVersion;
  /** The dataset input that MLflow records. */
  readonly input: DatasetInput;
}

/**
 * Reads one version of a Delta table into an Apache Arrow table, and records it as a dataset of the
 * active run, or of the next run that starts. `path` is the table's folder, or a `file:` URL of it.
 * Timestamps are microseconds in UTC.
 *
 * Throws what `openDeltaSnapshot` throws, DELTA_FILES_MISSING when VACUUM removed files of the version, and
 * INVALID_ARGUMENT when a column is unknown.
 *
 * @example
 * ```ts
 * const { table, dataset } = await readDeltaTable('data/penguins', {
 *   version: 3,
 *   columns: ['species', 'mass_g'],
 * });
 * console.log(table.numRows, dataset.snapshotDigest);
 * ```
 */
export async function readDeltaTable(
  path: string,
  options: ReadDeltaTableOptions = {},
): Promise<DeltaRead> {
  assertArguments({ path }, 'readDeltaTable', { path: 'string' });
  assertOptions(options, 'readDeltaTable', {
    version: 'number?',
    timestampMs: 'number?',
    columns: 'strings?',
    context: 'string?',
    record: 'boolean?',
  });
  return readAndRecord(path, options, () => {});
}

/** Like `readDeltaTable`. `accept` gets the version before any data is read, and throws to refuse it. */
export async function readAndRecord(
  path: string,
  options: ReadDeltaTableOptions,
  accept: (version: DeltaDatasetVersion) => void,
): Promise<DeltaRead> {
  const { snapshot, table, pinned } = await withDuckdb(async (session) => {
    const loaded = await loadSnapshot(session, path, options);
    const version = pinDatasetVersion(loaded);
    accept(version);
    const rows = await scanSnapshot(session, loaded, options.columns);
    return { snapshot: loaded, table: rows, pinned: version };
  });
  const dataset = { ...pinned, rowCount: table.numRows };
  const input = deltaDatasetInput(snapshot, dataset, options.context ?? 'training');
  if (options.record ?? true) await recordDatasetRead(input);
  return { table, snapshot, dataset, input };
}

/** Reads the rows of a loaded snapshot: all of them, or the first `limit`. */
export async function scanSnapshot(
  session: DuckdbSession,
  snapshot: DeltaSnapshot,
  columns: readonly string[] | undefined,
  limit?: number,
): Promise<Table> {
  const plan = planScan(snapshot, columns);
  if (snapshot.files.length === 0) return arrowTableFromResult(undefined, plan.fields);
  const paths = await locateLiveFiles(snapshot);
  const connection = await session.connect();
  await createPathList(connection, paths);
  await assertNestedFieldIds(connection, snapshot, plan.fields);
  if (plan.partitionFields.length > 0) {
    await createPartitionTable(connection, snapshot, plan.partitionFields);
  }
  const deleted = await deletedRows(snapshot);
  if (deleted.length > 0) await createDeletedRows(connection, deleted);
  try {
    const sql = limit === undefined ? plan.sql : `${plan.sql} LIMIT ${limit}`;
    return await arrowTableFromResult(await connection.stream(sql), plan.fields);
  } catch (cause) {
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `Version ${snapshot.version} of ${snapshot.path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)} ` +
        'A data file is damaged or does not fit the schema in the log.',
      { cause, details: { version: snapshot.version } },
    );
  }
}

async function deletedRows(snapshot: DeltaSnapshot): Promise<DeletedRows[]> {
  const deleted: DeletedRows[] = [];
  for (const [fileIndex, file] of snapshot.files.entries()) {
    if (file.deletionVector === undefined) continue;
    deleted.push({ fileIndex, rows: await readDeletionVector(snapshot.path, file.deletionVector) });
  }
  return deleted;
}
