import { deltaTypeName, openDeltaSnapshot, snapshotDigest } from '@tidemark/delta-lineage';
import { renderJson } from '../../render/json.ts';
import { renderPairs } from '../../render/pairs.ts';
import { formatBytes, formatTime } from '../../render/quantities.ts';
import { printable, styleOf } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { type AtOptions, selectionOf } from './version-selection.ts';

/** Options of `tidemark delta show`. */
export interface ShowOptions extends AtOptions {
  readonly json?: boolean;
}

/** Shows one version of a table. @throws the errors of `openDeltaSnapshot`; INVALID_ARGUMENT */
export async function showVersion(
  table: string,
  { at, json }: ShowOptions,
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
