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

/** What to read of a table. */
export interface ReadDeltaTableOptions extends VersionSelection {
  /** The columns to read, in this order; all of them by default. */
  readonly columns?: readonly string[];
  /** What the data is read for, as the dataset's tag `mlflow.data.context`: `training` (default), `eval` … */
  readonly context?: string;
  /** Whether the read is recorded for the ambient run, or the next one; true by default. */
  readonly record?: boolean;
}

/** A version of a table, read. */
export interface DeltaRead {
  /** The rows, in the order of the files in the log and of the rows in them; the same order every time. */
  readonly table: Table;
  readonly snapshot: DeltaSnapshot;
  /** The version, pinned: what lineage keeps. */
  readonly dataset: DeltaDatasetVersion;
  /** The same as MLflow records it. */
  readonly input: DatasetInput;
}

/**
 * Reads one version of a Delta table into Apache Arrow and records it as a dataset of the ambient
 * run, or of the next run that starts. Instants come as microseconds in UTC.
 *
 * Throws what `openDeltaSnapshot` throws, and DELTA_FILES_MISSING when VACUUM has taken files of the
 * version; INVALID_ARGUMENT when a column is unknown.
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

/** As `readDeltaTable`; `accept` sees the version before any data is read, and throws to refuse it. */
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

/** The rows of a snapshot that was loaded: all, or the first `limit`. */
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
