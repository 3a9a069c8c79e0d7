import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type DeltaFile,
  type DeltaSnapshot,
  discardFiles,
  putTableVersion,
  type StagedFile,
  stageDataFiles,
} from '@tidemark/delta-lineage/tables';
import { textLiteral } from '../duckdb/sql-literal.ts';
import { planSlices } from './file-slices.ts';
import { FORMAT_PROPERTY, LAKE_FORMAT, tableFolder } from './lake-folder.ts';
import { columnList, filesSql } from './lake-sql.ts';
import { deltaSchemaOf, type LakeTable } from './lake-tables.ts';
import { dataPaths } from './open-lake.ts';

/** A file below this size is merged with others when there are many. */
const SMALL_BYTES = 32 * 1024 * 1024;
/** The most small files of a table. */
const MOST_SMALL_FILES = 8;

/** A change of one table of a lake. */
export interface TableChange {
  readonly folder: string;
  readonly table: LakeTable;
  /** The version of the last completed seal; undefined before the first seal. */
  readonly base: DeltaSnapshot | undefined;
  /** The latest version, of this or another program; undefined if there is no table. */
  readonly latest: DeltaSnapshot | undefined;
  /** SQL with the new rows, and about how many there are. */
  readonly rows: string;
  readonly count: number;
  /** The table with the runs whose rows are dropped, or which rows are. */
  readonly dropped: { readonly runs: string } | 'all' | 'none';
  /** What the commit of a version says about applications. */
  readonly transactions: (version: number) => Readonly<Record<string, number>>;
  /** Whether to commit even if no row changes. */
  readonly always: boolean;
}

/** What a change of a table did. */
export interface TableOutcome {
  /** The version that the seal leaves. */
  readonly version: number;
  readonly bytes: number;
  /** Whether the table had commits that belong to no completed seal. */
  readonly strayed: boolean;
}

/** Changes a table by one commit, if there is something to change. Returns undefined if another writer was first. */
export async function changeTable(
  connection: DuckDBConnection,
  change: TableChange,
): Promise<TableOutcome | undefined> {
  const { folder, table, base, latest } = change;
  const path = tableFolder(folder, table.name);
  const files = base?.files ?? [];
  const rewritten = await filesToRewrite(connection, change, files);
  const strayed = latest !== undefined && latest.version !== base?.version;
  const isSame = rewritten.length === 0 && change.count === 0 && base !== undefined && !strayed;
  if (isSame && !change.always) return { version: base.version, bytes: 0, strayed };

  const staged = await stageRows(connection, change, path, rewritten);
  const kept = files.filter((file) => !rewritten.includes(file));
  const [have, want] = [new Set(pathsOf(latest?.files ?? [])), new Set(pathsOf(kept))];
  const version = latest === undefined ? 0 : latest.version + 1;
  const isCommitted = await putTableVersion({
    path,
    version,
    operation: rewritten.length === 0 ? 'WRITE' : 'REPLACE',
    parameters: { by: 'tidemark seal' },
    ...(latest === undefined ? { create: draftOf(table) } : {}),
    staged,
    restored: kept.filter(({ path: name }) => !have.has(name)),
    removed: latest?.files.filter(({ path: name }) => !want.has(name)) ?? [],
    transactions: change.transactions(version),
  }).catch(async (error: unknown) => {
    await discardFiles(staged);
    throw error;
  });
  if (!isCommitted) {
    await discardFiles(staged);
    return undefined;
  }
  const bytes = staged.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { version, bytes, strayed };
}

function draftOf(table: LakeTable): Parameters<typeof putTableVersion>[0]['create'] & object {
  return {
    name: table.name,
    description: table.description,
    schema: deltaSchemaOf(table),
    configuration: { [FORMAT_PROPERTY]: String(LAKE_FORMAT) },
  };
}

/** The files that have rows to drop, and small files if there are many. */
async function filesToRewrite(
  connection: DuckDBConnection,
  { base, dropped, count }: TableChange,
  files: readonly DeltaFile[],
): Promise<DeltaFile[]> {
  if (base === undefined) return [];
  if (dropped === 'all') return [...files];
  const affected = new Set(
    dropped === 'none' ? [] : await filesWith(connection, base, dropped.runs),
  );
  const changed = files.filter((file) => affected.has(pathOf(base, file)));
  if (changed.length === 0 && count === 0) return [];
  const small = files.filter((file) => !changed.includes(file) && file.sizeBytes < SMALL_BYTES);
  return small.length < MOST_SMALL_FILES ? changed : [...changed, ...small];
}

async function filesWith(
  connection: DuckDBConnection,
  base: DeltaSnapshot,
  runs: string,
): Promise<string[]> {
  if (base.files.length === 0) return [];
  const list = base.files.map((file) => textLiteral(pathOf(base, file))).join(', ');
  const found = await connection.runAndReadAll(`
    SELECT DISTINCT file FROM (
      SELECT run_id, filename AS file FROM read_parquet([${list}], hive_partitioning = false)
    ) SEMI JOIN ${runs} USING (run_id)`);
  return (found.getColumns()[0] ?? []).map(String);
}

async function stageRows(
  connection: DuckDBConnection,
  { table, base, rows, count, dropped }: TableChange,
  path: string,
  rewritten: readonly DeltaFile[],
): Promise<StagedFile[]> {
  const schema = deltaSchemaOf(table);
  const parts = count === 0 ? [] : [`SELECT ${columnList(table)} FROM (${rows})`];
  if (base !== undefined && rewritten.length > 0 && dropped !== 'all') {
    const files = filesSql(
      table,
      rewritten.map((file) => pathOf(base, file)),
    );
    parts.push(dropped === 'none' ? files : `${files} ANTI JOIN ${dropped.runs} USING (run_id)`);
  }
  const staged: StagedFile[] = [];
  if (parts.length === 0) return staged;
  try {
    const relation = `(${parts.join(' UNION ALL ')})`;
    const slices = await planSlices(connection, table, {
      relation,
      bytes:
        count * table.bytesPerRow + rewritten.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    });
    for (const slice of slices) {
      const request = { tablePath: path, schema, partitionColumns: [], relation: slice };
      staged.push(...(await stageDataFiles(connection, request)));
    }
    return staged;
  } catch (error) {
    await discardFiles(staged);
    throw error;
  }
}

function pathsOf(files: readonly DeltaFile[]): string[] {
  return files.map(({ path }) => path);
}

function pathOf({ path }: DeltaSnapshot, file: DeltaFile): string {
  return dataPaths({ path, files: [file] })[0] as string;
}
