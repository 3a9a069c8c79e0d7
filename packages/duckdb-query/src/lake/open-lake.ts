import { lstat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { isTidemarkError, TidemarkError } from '@tidemark/core';
import {
  type DeltaSnapshot,
  localDataPath,
  readTableVersion,
} from '@tidemark/delta-lineage/tables';
import { FORMAT_PROPERTY, LAKE_FORMAT, LAKE_TRANSACTIONS, tableFolder } from './lake-folder.ts';
import { LAKE_TABLES, type LakeTableName } from './lake-tables.ts';

/** What the last completed seal left: one version of each table. */
export interface Lake {
  readonly folder: string;
  /** The number of the seal. */
  readonly seal: number;
  readonly tables: Readonly<Record<LakeTableName, DeltaSnapshot>>;
}

/** The number of files to look at together. */
const AT_ONCE = 64;

/**
 * Opens the lake in a folder, as the last completed seal left it: what an interrupted seal or another program committed
 * since does not count. Returns undefined if no seal has been completed.
 * @throws LAKE_DAMAGED, LAKE_FORMAT_TOO_NEW, LAKE_FOREIGN
 */
export async function openLake(
  connection: DuckDBConnection,
  folder: string,
): Promise<Lake | undefined> {
  try {
    const latest = await readTableVersion(connection, tableFolder(folder, 'runs'));
    if (latest === undefined) return undefined;
    assertOurs(latest);
    const { transactions } = latest;
    const tables: Partial<Record<LakeTableName, DeltaSnapshot>> = {};
    for (const { name } of LAKE_TABLES) {
      const version = transactions[LAKE_TRANSACTIONS.versionOf(name)];
      if (name === 'runs' && version === latest.version) {
        tables.runs = latest;
        continue;
      }
      const path = tableFolder(folder, name);
      const table =
        version === undefined ? undefined : await readTableVersion(connection, path, version);
      if (table === undefined) throw damaged(folder, `it has no table ${name}`);
      tables[name] = table;
    }
    const seal = transactions[LAKE_TRANSACTIONS.seal] ?? 0;
    return { folder, seal, tables: tables as Lake['tables'] };
  } catch (error) {
    if (!isTidemarkError(error) || !error.code.startsWith('DELTA_')) throw error;
    throw damaged(folder, error.message, error);
  }
}

/** The latest version of each table, of this or another program. */
export type LatestTables = Readonly<Partial<Record<LakeTableName, DeltaSnapshot>>>;

/**
 * Reads the latest versions of the tables of a lake, the runs last: if a seal is completed meanwhile, the versions do not
 * fit together, and a commit on them fails.
 * @throws LAKE_DAMAGED, LAKE_FORMAT_TOO_NEW, LAKE_FOREIGN
 */
export async function latestTables(
  connection: DuckDBConnection,
  folder: string,
): Promise<LatestTables> {
  const latest: Partial<Record<LakeTableName, DeltaSnapshot>> = {};
  for (const { name } of LAKE_TABLES) {
    try {
      const table = await readTableVersion(connection, tableFolder(folder, name));
      if (table === undefined) continue;
      assertOurs(table);
      latest[name] = table;
    } catch (error) {
      if (!isTidemarkError(error) || !error.code.startsWith('DELTA_')) throw error;
      throw damaged(folder, error.message, error);
    }
  }
  return latest;
}

/**
 * Returns the paths of the files of a table. A log could name any file that this process may read, so only plain files in
 * the folder of the table count.
 * @throws LAKE_DAMAGED if one is missing, is elsewhere or a link, or has another size
 */
export async function filesOf(lake: Lake, name: LakeTableName): Promise<string[]> {
  const { path: folder, files } = lake.tables[name];
  const paths = dataPaths(lake.tables[name]);
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const found = paths
      .slice(from, from + AT_ONCE)
      .map((file) => lstat(file).catch(() => undefined));
    for (const [place, info] of (await Promise.all(found)).entries()) {
      const file = files[from + place];
      const isThere = relative(folder, dirname(paths[from + place] as string)) === '';
      const isPlain = info?.isFile() === true && file?.deletionVector === undefined;
      if (isThere && isPlain && info.size === file?.sizeBytes) continue;
      const what = info === undefined ? 'is missing' : 'is not the file that was written';
      throw damaged(lake.folder, `its file ${name}/${file?.path} ${what}`);
    }
  }
  return paths;
}

/** Returns the paths of the files of a version of a table, in its order. */
export function dataPaths({ path, files }: Pick<DeltaSnapshot, 'path' | 'files'>): string[] {
  return files.map((file) => localDataPath(path, file.path) ?? file.path);
}

/** @throws LAKE_FOREIGN, LAKE_FORMAT_TOO_NEW */
function assertOurs({ path, configuration }: Pick<DeltaSnapshot, 'path' | 'configuration'>): void {
  const format = Number(configuration[FORMAT_PROPERTY]);
  if (!Number.isSafeInteger(format)) {
    throw new TidemarkError(
      'LAKE_FOREIGN',
      `The Delta table ${path} was not made by tidemark seal. Move it out of the folder of the lake, which belongs to seal.`,
      { details: { path } },
    );
  }
  if (format > LAKE_FORMAT) {
    throw new TidemarkError(
      'LAKE_FORMAT_TOO_NEW',
      `The lake has format ${format}; this version of Tidemark reads format ${LAKE_FORMAT}. Install a newer Tidemark, or delete the folder of the lake, and seal again.`,
      { details: { path, format } },
    );
  }
}

function damaged(folder: string, why: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'LAKE_DAMAGED',
    `The lake ${folder} cannot be read: ${why}. The store has all of its data: make it again with tidemark seal --rebuild.`,
    { cause, details: { folder } },
  );
}
