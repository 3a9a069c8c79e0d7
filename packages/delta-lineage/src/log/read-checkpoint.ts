import { basename, join } from 'node:path';
import type { DuckDBType } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import { type DuckdbSession, sqlName, sqlString } from '../duckdb/duckdb-session.ts';
import { localDataPath } from './data-path.ts';
import { collectAction, emptyLogActions, type LogActions } from './delta-actions.ts';
import type { CheckpointFiles } from './log-listing.ts';
import { readActionLines } from './read-commit.ts';

/** The fields of each action that replay needs. */
const CHECKPOINT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  protocol: ['minReaderVersion', 'minWriterVersion', 'readerFeatures', 'writerFeatures'],
  metaData: [
    'id',
    'name',
    'description',
    'schemaString',
    'partitionColumns',
    'configuration',
    'createdTime',
  ],
  add: ['path', 'partitionValues', 'size', 'modificationTime', 'deletionVector'],
  txn: ['appId', 'version'],
  sidecar: ['path'],
};
/** Most of a checkpoint, so they are read only if they are wanted. */
const STATISTICS = 'stats';

const SIDECAR_FOLDER = '_sidecars';

/**
 * Reads a complete checkpoint (classic, multi-part or V2) with its sidecars. Skips tombstones, because the
 * files of a checkpoint are already reconciled.
 *
 * @throws DELTA_LOG_INVALID when one of its files cannot be read.
 */
export async function readCheckpoint(
  session: DuckdbSession,
  logPath: string,
  checkpoint: CheckpointFiles,
  wants: { readonly statistics: boolean },
): Promise<LogActions> {
  const actions = emptyLogActions();
  for (const name of checkpoint.names) {
    const file = join(logPath, name);
    if (checkpoint.format === 'json') await readActionLines(file, actions);
    else await readActionParquet(session, file, actions, wants);
  }
  for (const path of actions.sidecars.splice(0)) {
    const file = localDataPath(join(logPath, SIDECAR_FOLDER), path);
    if (file === undefined) {
      throw new TidemarkError(
        'DELTA_FEATURE_UNSUPPORTED',
        `The checkpoint cannot be read: it refers to the sidecar ${path}, which is not in the local file system. Copy the whole table to a local folder first.`,
      );
    }
    await readActionParquet(session, file, actions, wants);
  }
  return actions;
}

async function readActionParquet(
  session: DuckdbSession,
  file: string,
  into: LogActions,
  { statistics }: { readonly statistics: boolean },
): Promise<void> {
  // Outside the block: that DuckDB cannot start says nothing about the file.
  const connection = await session.connect();
  try {
    const source = `read_parquet(${sqlString(file)}, hive_partitioning = false)`;
    const empty = await connection.run(`SELECT * FROM ${source} LIMIT 0`);
    const names = empty.columnNames();
    for (const [action, fields] of Object.entries(CHECKPOINT_FIELDS)) {
      const type = empty.columnTypes()[names.indexOf(action)];
      if (type === undefined) continue;
      const column = sqlName(action);
      const wanted = action === 'add' && statistics ? [...fields, STATISTICS] : fields;
      const result = await connection.stream(
        `SELECT to_json(${pickFields(column, type, wanted)})::VARCHAR FROM ${source} WHERE ${column} IS NOT NULL`,
      );
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        for (const value of chunk.getColumnValues(0)) {
          collectAction({ [action]: JSON.parse(String(value)) }, into);
        }
      }
    }
  } catch (cause) {
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `The checkpoint file ${basename(file)} in the table's log cannot be read. ` +
        'It is damaged or missing; restore it from a copy, or delete the checkpoint when every commit before it is still there.',
      { cause, details: { file } },
    );
  }
}

function pickFields(column: string, type: DuckDBType, fields: readonly string[]): string {
  if (!('entryNames' in type)) throw new TypeError(`${column} is not a struct`);
  const present = fields.filter((field) => type.entryNames.includes(field));
  const picked = present.map((field) => `${sqlName(field)} := ${column}.${sqlName(field)}`);
  return `struct_pack(${picked.join(', ')})`;
}
