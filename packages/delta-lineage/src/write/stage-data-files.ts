import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBMapValue, DuckDBValue } from '@duckdb/node-api';
import { assertArguments, assertOptions } from '@tidemark/core';
import { assertConnection } from '../duckdb/assert-connection.ts';
import { sqlName, sqlString } from '../duckdb/duckdb-session.ts';
import { encodeDataPath } from '../log/data-path.ts';
import type { DeltaField, DeltaStructType } from '../schema/delta-type.ts';
import { fileStatistics } from './file-statistics.ts';
import { partitionFolders, partitionValueSql } from './partition-folder.ts';
import { syncPath } from './put-commit.ts';

/** A data file that was written to its place, but is not part of a version yet. */
export interface StagedFile {
  /** Absolute path. */
  readonly file: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
  /** The content of its `add` action. */
  readonly add: Readonly<Record<string, unknown>>;
}

/** The rows to write and where they go. */
export interface StageRequest {
  /** The table's absolute folder. */
  readonly tablePath: string;
  readonly schema: DeltaStructType;
  readonly partitionColumns: readonly string[];
  /** A relation with exactly the columns of the schema. Its order is that of the rows in the file. */
  readonly relation: string;
  /** Default: snappy, which every reader has. */
  readonly compression?: 'snappy' | 'zstd';
}

/**
 * Writes the rows of a relation as Parquet files of the table, one or more for each partition, and syncs
 * them to disk. No version refers to them until their actions are committed; `discardFiles` removes them.
 */
export async function stageDataFiles(
  connection: DuckDBConnection,
  request: StageRequest,
): Promise<StagedFile[]> {
  assertConnection(connection, 'stageDataFiles');
  assertOptions(request, 'stageDataFiles', {
    tablePath: 'string',
    schema: 'record',
    partitionColumns: 'strings',
    relation: 'string',
    compression: 'string?',
  });
  const staging = join(request.tablePath, `.staging-${randomUUID()}`);
  await mkdir(staging, { recursive: true });
  try {
    return request.partitionColumns.length === 0
      ? await stageWhole(connection, request, staging)
      : await stagePartitions(connection, request, staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Removes staged files whose commit failed. */
export async function discardFiles(files: readonly StagedFile[]): Promise<void> {
  assertArguments({ files }, 'discardFiles', { files: 'objects' });
  for (const { file } of files) assertArguments({ file }, 'discardFiles', { file: 'string' });
  await Promise.all(files.map(({ file }) => rm(file, { force: true })));
}

async function stageWhole(
  connection: DuckDBConnection,
  request: StageRequest,
  staging: string,
): Promise<StagedFile[]> {
  const target = join(staging, 'part.parquet');
  const written = await copyToParquet(connection, request, request.relation, target);
  return placeFiles(request, written, () => ({}));
}

async function stagePartitions(
  connection: DuckDBConnection,
  request: StageRequest,
  staging: string,
): Promise<StagedFile[]> {
  const { schema, partitionColumns, relation } = request;
  const partitionFields = partitionColumns.flatMap(
    (name) => schema.fields.find((field) => field.name === name) ?? [],
  );
  const keys = partitionFields.map((field) => sqlName(field.name));
  // Folders have numbers while DuckDB writes, so that no value is parsed from the name of a folder.
  await connection.run(
    `CREATE TEMP TABLE partitions AS SELECT row_number() OVER () AS ${PART}, * FROM (SELECT DISTINCT ${keys.join(', ')} FROM ${relation})`,
  );
  const listed = await connection.runAndReadAll(
    `SELECT ${partitionFields.map((field) => partitionValueSql(field, sqlName(field.name))).join(', ')} FROM partitions ORDER BY ${PART}`,
  );
  const partitions = listed
    .getRows()
    .map((row) =>
      Object.fromEntries(
        partitionColumns.map((name, index) => [name, textOrNull(row[index] ?? null)]),
      ),
    );
  for (const values of partitions) partitionFolders(partitionColumns, values);
  const columns = storedFields(request).map((field) => `r.${sqlName(field.name)}`);
  const same = keys.map((key) => `r.${key} IS NOT DISTINCT FROM p.${key}`);
  const written = await copyToParquet(
    connection,
    request,
    `(SELECT ${columns.join(', ')}, p.${PART} FROM ${relation} AS r JOIN partitions AS p ON ${same.join(' AND ')})`,
    staging,
    `, PARTITION_BY (${PART}), FILENAME_PATTERN 'part-{uuid}'`,
  );
  return placeFiles(request, written, (file) => {
    const part = Number(new RegExp(`${PART_FOLDER}=(\\d+)`).exec(file)?.[1]);
    return partitions[part - 1] ?? {};
  });
}

/** The column with the number of a partition. Its name has a character that column names cannot have. */
const PART = '"part;"';
const PART_FOLDER = 'part%3B';

interface WrittenFile {
  readonly file: string;
  readonly rowCount: number;
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

async function copyToParquet(
  connection: DuckDBConnection,
  request: StageRequest,
  relation: string,
  target: string,
  options = '',
): Promise<WrittenFile[]> {
  const result = await connection.runAndReadAll(
    `COPY (FROM ${relation}) TO ${sqlString(target)} (FORMAT parquet, COMPRESSION ${compressionOf(request)}, RETURN_STATS${options})`,
  );
  return result.getRowObjects().map((row) => ({
    file: String(row.filename),
    rowCount: Number(row.count),
    columns: new Map(
      entriesOf(row.column_statistics).map(([name, statistics]) => [
        String(name),
        new Map(entriesOf(statistics).map(([key, value]) => [String(key), String(value)])),
      ]),
    ),
  }));
}

async function placeFiles(
  request: StageRequest,
  written: readonly WrittenFile[],
  partitionOf: (file: string) => Readonly<Record<string, string | null>>,
): Promise<StagedFile[]> {
  const { tablePath, partitionColumns } = request;
  const folders = new Set<string>([tablePath]);
  const staged: StagedFile[] = [];
  try {
    for (const { file, rowCount, columns } of written) {
      if (rowCount === 0) continue;
      const partitionValues = partitionOf(file);
      const segments = [
        ...partitionFolders(partitionColumns, partitionValues),
        `part-${String(staged.length).padStart(5, '0')}-${randomUUID()}-c000.${compressionOf(request)}.parquet`,
      ];
      const target = join(tablePath, ...segments);
      for (let depth = 1; depth < segments.length; depth += 1) {
        folders.add(join(tablePath, ...segments.slice(0, depth)));
      }
      await mkdir(join(target, '..'), { recursive: true });
      await syncPath(file);
      await rename(file, target);
      const { size, mtimeMs } = await stat(target);
      const statistics = fileStatistics(rowCount, storedFields(request), (name) =>
        columns.get(sqlName(name)),
      );
      staged.push({
        file: target,
        rowCount,
        sizeBytes: size,
        add: {
          path: encodeDataPath(segments),
          partitionValues,
          size,
          modificationTime: Math.floor(mtimeMs),
          dataChange: true,
          stats: statistics,
        },
      });
    }
    for (const folder of folders) await syncPath(folder);
    return staged;
  } catch (error) {
    await discardFiles(staged);
    throw error;
  }
}

function compressionOf({ compression = 'snappy' }: StageRequest): string {
  return compression;
}

function storedFields({ schema, partitionColumns }: StageRequest): readonly DeltaField[] {
  return schema.fields.filter((field) => !partitionColumns.includes(field.name));
}

function entriesOf(value: DuckDBValue | undefined): [DuckDBValue, DuckDBValue][] {
  return isMap(value) ? value.entries.map(({ key, value: entry }) => [key, entry]) : [];
}

/** By its form, so that DuckDB is loaded only where it is used. */
function isMap(value: DuckDBValue | undefined): value is DuckDBMapValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    'entries' in value &&
    Array.isArray(value.entries)
  );
}

function textOrNull(value: DuckDBValue): string | null {
  return value === null ? null : String(value);
}
