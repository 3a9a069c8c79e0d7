import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assertArguments, assertOptions, isTidemarkError, TidemarkError } from '@tidemark/core';
import type { Table } from 'apache-arrow';
import { registerArrowTable } from '../arrow/arrow-relation.ts';
import { deltaSchemaFromArrow } from '../arrow/delta-from-arrow.ts';
import { withDuckdb } from '../duckdb/duckdb-session.ts';
import { formatDeltaSchema } from '../schema/delta-type.ts';
import { loadSnapshot, readListing, tableFolder } from '../snapshot/delta-snapshot.ts';
import { alignColumns, assertAppendable } from './append-support.ts';
import { assertWritableSchema } from './column-names.ts';
import { commitAppend } from './commit-append.ts';
import { putCommit } from './put-commit.ts';
import { discardFiles, type StagedFile, stageDataFiles } from './stage-data-files.ts';
import { ENGINE, PROTOCOL } from './writer-identity.ts';

/** Options of `createDeltaTable`. */
export interface CreateDeltaTableOptions {
  /** The table's name, kept in its log. Default: no name. */
  readonly name?: string;
  /** Partition columns: each combination of their values gets a folder. Default: no partitions. */
  readonly partitionBy?: readonly string[];
}

/** A version that was committed. */
export interface DeltaCommit {
  /** The table's folder, absolute. */
  readonly path: string;
  readonly tableId: string;
  readonly version: number;
  readonly rowCount: number;
  readonly fileCount: number;
  readonly sizeBytes: number;
}

const LOG_FOLDER = '_delta_log';
const RELATION = 'rows_to_write';

/**
 * Creates a Delta table from an Arrow table: version 0, with protocol (1, 2), which every reader
 * supports. `path` is the table's folder, or a `file:` URL of it. All columns are nullable. Unsigned integers
 * get the next wider type, and a timestamp without a zone is treated as UTC.
 *
 * @throws INVALID_ARGUMENT when Delta refuses the name or type of a column, DELTA_TABLE_EXISTS when the
 * folder already has a table, WRITE_FAILED.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from 'apache-arrow';
 *
 * const rows = tableFromArrays({ species: ['Adelie', 'Gentoo'], mass_g: [3750, 5000] });
 * const { version } = await createDeltaTable('data/penguins', rows, { partitionBy: ['species'] });
 * ```
 */
export async function createDeltaTable(
  path: string,
  rows: Table,
  options: CreateDeltaTableOptions = {},
): Promise<DeltaCommit> {
  assertArguments({ path, rows }, 'createDeltaTable', { path: 'string', rows: 'object' });
  assertArguments({ 'rows.schema': rows.schema }, 'createDeltaTable', { 'rows.schema': 'object' });
  assertOptions(options, 'createDeltaTable', { name: 'string?', partitionBy: 'strings?' });
  const tablePath = tableFolder(path);
  const partitionColumns = options.partitionBy ?? [];
  const schema = deltaSchemaFromArrow(rows.schema);
  assertWritableSchema(schema, partitionColumns);
  if (await tableExists(tablePath)) throw tableExistsError(tablePath);
  const staged = await withDuckdb(async (session) => {
    const connection = await session.connect();
    const relation = registerArrowTable(connection, RELATION, rows, schema);
    const request = { tablePath, schema, partitionColumns, relation: relation.sql };
    return relation.run(() => stageDataFiles(connection, request));
  });
  const tableId = randomUUID();
  await mkdir(join(tablePath, LOG_FOLDER), { recursive: true });
  const committed = await commitOrDiscard(staged, () =>
    putCommit(join(tablePath, LOG_FOLDER), 0, [
      commitInfo('CREATE TABLE AS SELECT', partitionColumns, staged),
      { protocol: PROTOCOL },
      {
        metaData: {
          id: tableId,
          ...(options.name === undefined ? {} : { name: options.name }),
          format: { provider: 'parquet', options: {} },
          schemaString: formatDeltaSchema(schema),
          partitionColumns,
          configuration: {},
          createdTime: Date.now(),
        },
      },
      ...staged.map(({ add }) => ({ add })),
    ]),
  );
  if (!committed) {
    await discardFiles(staged);
    throw tableExistsError(tablePath);
  }
  return deltaCommit(tablePath, tableId, 0, staged);
}

/**
 * Appends the rows of an Arrow table to a Delta table, as one new version. Columns are matched by name;
 * missing columns become null, and numbers may be narrower than the table's. When other writers commit
 * at the same time, the append becomes the version after theirs.
 *
 * Throws what `openDeltaSnapshot` throws, INVALID_ARGUMENT when the rows do not fit the table,
 * DELTA_FEATURE_UNSUPPORTED when the table requires writer features that this writer does not support,
 * DELTA_COMMIT_CONFLICT when its schema or protocol was changed meanwhile, WRITE_FAILED.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from 'apache-arrow';
 *
 * const rows = tableFromArrays({ species: ['Chinstrap'], mass_g: [3700] });
 * const { version, rowCount } = await appendToDeltaTable('data/penguins', rows);
 * ```
 */
export async function appendToDeltaTable(path: string, rows: Table): Promise<DeltaCommit> {
  assertArguments({ path, rows }, 'appendToDeltaTable', { path: 'string', rows: 'object' });
  assertArguments({ 'rows.schema': rows.schema }, 'appendToDeltaTable', {
    'rows.schema': 'object',
  });
  const { snapshot, staged } = await withDuckdb(async (session) => {
    const current = await loadSnapshot(session, path, {});
    assertAppendable(current);
    const connection = await session.connect();
    const rowSchema = deltaSchemaFromArrow(rows.schema);
    const relation = registerArrowTable(connection, RELATION, rows, rowSchema);
    const request = {
      tablePath: current.path,
      schema: current.schema,
      partitionColumns: current.partitionColumns,
      relation: alignColumns(
        relation.sql,
        rowSchema,
        current.schema,
        (column) => (rows.getChild(column)?.nullCount ?? 0) > 0,
      ),
    };
    const files = await relation.run(() => stageDataFiles(connection, request));
    return { snapshot: current, staged: files };
  });
  const logPath = join(snapshot.path, LOG_FOLDER);
  const actions = [
    commitInfo('WRITE', snapshot.partitionColumns, staged),
    ...staged.map(({ add }) => ({ add })),
  ];
  const version = await commitOrDiscard(staged, () =>
    commitAppend(logPath, snapshot.version, actions),
  );
  return deltaCommit(snapshot.path, snapshot.tableId, version, staged);
}

async function commitOrDiscard<T>(
  staged: readonly StagedFile[],
  commit: () => Promise<T>,
): Promise<T> {
  try {
    return await commit();
  } catch (error) {
    await discardFiles(staged);
    throw error;
  }
}

function commitInfo(
  operation: string,
  partitionBy: readonly string[],
  staged: readonly StagedFile[],
): unknown {
  return {
    commitInfo: {
      timestamp: Date.now(),
      operation,
      operationParameters: {
        ...(operation === 'WRITE' ? { mode: 'Append' } : {}),
        partitionBy: JSON.stringify(partitionBy),
      },
      isBlindAppend: true,
      operationMetrics: {
        numFiles: String(staged.length),
        numOutputRows: String(sum(staged, 'rowCount')),
        numOutputBytes: String(sum(staged, 'sizeBytes')),
      },
      engineInfo: ENGINE,
      txnId: randomUUID(),
    },
  };
}

function deltaCommit(
  path: string,
  tableId: string,
  version: number,
  staged: readonly StagedFile[],
): DeltaCommit {
  return {
    path,
    tableId,
    version,
    rowCount: sum(staged, 'rowCount'),
    fileCount: staged.length,
    sizeBytes: sum(staged, 'sizeBytes'),
  };
}

async function tableExists(tablePath: string): Promise<boolean> {
  try {
    await readListing(tablePath);
    return true;
  } catch (error) {
    if (isTidemarkError(error, 'DELTA_TABLE_NOT_FOUND')) return false;
    throw error;
  }
}

function tableExistsError(tablePath: string): TidemarkError {
  return new TidemarkError(
    'DELTA_TABLE_EXISTS',
    `${tablePath} already holds a Delta table. Append to it (appendToDeltaTable), or choose another folder.`,
    { details: { path: tablePath } },
  );
}

function sum(staged: readonly StagedFile[], key: 'rowCount' | 'sizeBytes'): number {
  return staged.reduce((total, file) => total + file[key], 0);
}
