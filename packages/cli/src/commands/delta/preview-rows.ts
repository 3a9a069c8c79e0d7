import { previewDeltaTable } from '@tidemark/delta-lineage';
import { arrowRows } from '../../render/arrow-rows.ts';
import { renderCsv } from '../../render/csv-table.ts';
import { renderJson } from '../../render/json.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { type AtOptions, selectionOf } from './version-selection.ts';

/** Options of `tidemark delta preview`. */
export interface PreviewOptions extends AtOptions, CsvOptions {
  readonly json?: boolean;
  readonly limit?: number;
  /** Separated by commas. */
  readonly columns?: string;
}

/** Shows the first rows of one version. @throws the errors of `previewDeltaTable`; INVALID_ARGUMENT */
export async function previewRows(
  path: string,
  { at, columns, json, limit = 10, ...asked }: PreviewOptions,
  terminal: Terminal,
): Promise<void> {
  const { snapshot, table } = await previewDeltaTable(path, {
    ...selectionOf(at),
    limit,
    ...(columns === undefined ? {} : { columns: columns.split(',').map((name) => name.trim()) }),
  });
  const titles = table.schema.fields.map(({ name }) => name);
  const rows = arrowRows(table);
  const csv = csvFormOf(asked);
  if (csv !== undefined || json === true) {
    terminal.out(csv === undefined ? renderJson(rows) : renderCsv(titles, rows.map(flat), csv));
    return;
  }
  const style = styleOf(terminal);
  const shown = rows.map((row) => {
    const cells = flat(row);
    return titles.map((title) => {
      const cell = cells[title] ?? null;
      return cell === null ? { text: 'NULL', mark: style.dim } : String(cell);
    });
  });
  const tableColumns = titles.map((title) => ({ title, flexible: true }));
  terminal.out(renderTable(tableColumns, shown, { style, width: terminal.width }));
  terminal.out(style.dim(`the first ${rows.length} rows of version ${snapshot.version}\n`));
}

/** Returns the row with its lists and structs as JSON text, so that each value fits a cell. */
function flat(
  row: Readonly<Record<string, unknown>>,
): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null || value === undefined) return [name, null];
      if (typeof value === 'object') return [name, JSON.stringify(value)];
      if (typeof value === 'number' || typeof value === 'boolean') return [name, value];
      return [name, String(value)];
    }),
  );
}
