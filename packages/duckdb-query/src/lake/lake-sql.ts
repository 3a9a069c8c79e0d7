import { textLiteral } from '../duckdb/sql-literal.ts';
import type { TableDescription } from '../tables/sql-table.ts';
import type { LakeTable } from './lake-tables.ts';

/** The columns of a table, as SQL. */
export function columnList({ columns }: Pick<TableDescription, 'columns'>): string {
  return columns.map(({ name }) => name).join(', ');
}

/** SQL with the rows of files of a table; with no rows if there are no files. */
export function filesSql(table: LakeTable, files: readonly string[]): string {
  if (files.length === 0) {
    const columns = table.columns.map(({ name, type }) => `NULL::${type} AS ${name}`);
    return `SELECT ${columns.join(', ')} WHERE false`;
  }
  const list = files.map(textLiteral).join(', ');
  return `SELECT ${columnList(table)} FROM read_parquet([${list}], hive_partitioning = false)`;
}
