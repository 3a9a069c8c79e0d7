import { TidemarkError } from '@tidemark/core';
import {
  deltaHistory,
  deltaTypeName,
  openDeltaSnapshot,
  previewDeltaTable,
  snapshotDigest,
  type VersionSelection,
} from '@tidemark/delta-lineage';
import { arrowRows } from '../../render/arrow-rows.ts';
import { renderCsv } from '../../render/csv-table.ts';
import { renderJson } from '../../render/json.ts';
import { renderPairs } from '../../render/pairs.ts';
import { formatBytes, formatTime } from '../../render/quantities.ts';
import { printable, styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of the commands below `tidemark delta`. */
export interface DeltaOptions extends CsvOptions {
  readonly json?: boolean;
  /** The number of a version, or a time. */
  readonly at?: string;
  readonly limit?: number;
  /** Separated by commas. */
  readonly columns?: string;
}

/** Lists the versions of a table. @throws the errors of `deltaHistory` */
export async function listVersions(
  table: string,
  { json, limit }: DeltaOptions,
  terminal: Terminal,
): Promise<void> {
  const versions = await deltaHistory(table, limit === undefined ? {} : { limit });
  if (json === true) {
    terminal.out(renderJson(versions));
    return;
  }
  const rows = versions.map(({ version, timestampMs, operation, engine }) => [
    String(version),
    formatTime(timestampMs),
    operation ?? '',
    engine ?? '',
  ]);
  terminal.out(
    renderTable(
      [
        { title: 'VERSION', align: 'right' },
        { title: 'COMMITTED' },
        { title: 'OPERATION', flexible: true },
        { title: 'BY', flexible: true },
      ],
      rows,
      { style: styleOf(terminal), width: terminal.width },
    ),
  );
}

/** Shows one version of a table. @throws the errors of `openDeltaSnapshot`; INVALID_ARGUMENT */
export async function showVersion(
  table: string,
  { at, json }: DeltaOptions,
  terminal: Terminal,
): Promise<void> {
  const snapshot = await openDeltaSnapshot(table, selectionOf(at));
  const digest = snapshotDigest(snapshot);
  const columns = snapshot.schema.fields.map(({ name, type, nullable }) => ({
    name,
    type: deltaTypeName(type),
    nullable,
    partition: snapshot.partitionColumns.includes(name),
  }));
  const sizeBytes = snapshot.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (json === true) {
    const { path, tableId, name, version, timestampMs, protocol, configuration } = snapshot;
    const facts = { path, tableId, name, version, timestampMs, protocol, configuration };
    const files = { fileCount: snapshot.files.length, sizeBytes };
    terminal.out(renderJson({ ...facts, ...files, snapshotDigest: digest, columns }));
    return;
  }
  const style = styleOf(terminal);
  terminal.out(`${style.heading(printable(snapshot.name ?? snapshot.path))}\n`);
  terminal.out(
    renderPairs(
      [
        ['table', snapshot.path],
        ['table id', snapshot.tableId],
        ['version', `${snapshot.version}, of ${formatTime(snapshot.timestampMs)}`],
        ['files', `${snapshot.files.length}, ${formatBytes(sizeBytes)}`],
        ['snapshot', digest],
        ...Object.entries(snapshot.configuration),
      ],
      { style, width: terminal.width },
    ),
  );
  terminal.out(`\n${style.heading('Schema')}\n`);
  const facts = columns.map(({ name, type, nullable, partition }): [string, string] => [
    name,
    `${type}${nullable ? '' : ' not null'}${partition ? ', partition' : ''}`,
  ]);
  terminal.out(renderPairs(facts, { style, width: terminal.width }));
}

/** Shows the first rows of one version. @throws the errors of `previewDeltaTable`; INVALID_ARGUMENT */
export async function previewRows(
  path: string,
  { at, columns, json, limit = 10, ...asked }: DeltaOptions,
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

function selectionOf(at: string | undefined): VersionSelection {
  if (at === undefined) return {};
  if (/^\d+$/.test(at)) return { version: Number(at) };
  const timestampMs = Date.parse(at);
  if (!Number.isNaN(timestampMs)) return { timestampMs };
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(at)} is neither the number of a version nor a time. Give 3, or 2026-11-01T12:00Z.`,
    { details: { at } },
  );
}
