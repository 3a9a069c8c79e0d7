import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store } from '@tidemark/core';
import { LAYOUT } from '@tidemark/core/node';
import type { LakeTableName } from './lake-tables.ts';

/** The version of the tables that this code writes and reads. */
export const LAKE_FORMAT = 1;

/** The property of the tables of a lake that has their version. */
export const FORMAT_PROPERTY = 'tidemark.lake.format';

/** The application ids of `txn` actions in commits of the table `runs`. */
export const LAKE_TRANSACTIONS = {
  /** The number of the seal. */
  seal: 'tidemark.lake.seal',
  /** The version of `runs` that purged something, while files of before may still be there. */
  purge: 'tidemark.lake.purge',
  /** The version of another table that belongs to this version of `runs`. */
  versionOf: (table: LakeTableName): string => `tidemark.lake.${table}`,
} as const;

/** Returns the folder of the lake of a store; `undefined` for a store that has no folder here, or no marks of its runs. */
export function lakeFolder({ uri, runMarks }: Pick<Store, 'uri' | 'runMarks'>): string | undefined {
  if (!uri.startsWith('file:') || runMarks === undefined) return undefined;
  return join(fileURLToPath(uri), LAYOUT.lake);
}

/** Returns the folder of a table of a lake. */
export function tableFolder(lake: string, table: LakeTableName): string {
  return join(lake, table);
}

/** Whether DuckDB could not read a file of the lake of a store. */
export function isLakeFileError(
  error: unknown,
  store: Pick<Store, 'uri' | 'runMarks'>,
): error is Error {
  const folder = lakeFolder(store);
  return folder !== undefined && error instanceof Error && error.message.includes(folder);
}
