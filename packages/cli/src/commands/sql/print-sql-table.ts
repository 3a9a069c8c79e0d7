import {
  isNumberType,
  plainCell,
  type QueryColumn,
  type QueryStream,
  type QueryValue,
} from '@tidemark/duckdb-query';
import { type Style, styleOf } from '../../render/style.ts';
import { type Cell, type Column, renderTable } from '../../render/table.ts';
import type { Terminal } from '../../terminal.ts';

const DEFAULT_LIMIT = 50;

/** Prints the first rows for people, and how many there are. */
export async function printSqlTable(
  { columns, rowCount, rows }: QueryStream,
  limit: number = DEFAULT_LIMIT,
  terminal: Terminal,
): Promise<void> {
  const style = styleOf(terminal);
  const cells: Cell[][] = [];
  for await (const row of rows) {
    cells.push(columns.map((column) => tableCell(column, row[column.name] ?? null, style)));
    if (cells.length >= limit) break;
  }
  terminal.out(renderTable(columns.map(tableColumn), cells, { style, width: terminal.width }));
  const all = `${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`;
  const note =
    cells.length < rowCount
      ? `… the first ${cells.length} of ${all} (--limit ${rowCount} for all)`
      : all;
  terminal.out(style.dim(`${note}\n`));
}

function tableColumn({ name, type }: QueryColumn): Column {
  return isNumberType(type)
    ? { title: name, align: 'right' }
    : { title: name, flexible: type === 'VARCHAR' || /[[(]/.test(type) };
}

function tableCell({ type }: QueryColumn, value: QueryValue, style: Style): Cell {
  if (value === null) return { text: 'NULL', mark: style.dim };
  const text = String(plainCell(value));
  return type.startsWith('TIMESTAMP') ? text.replace('T', ' ') : text;
}
