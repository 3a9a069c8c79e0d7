import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { assertArguments } from '@tidemark/core';
import { assertConnection } from '../duckdb/assert-connection.ts';
import { sqlString } from '../duckdb/duckdb-session.ts';
import { type DeltaSnapshot, LOG_FOLDER } from '../snapshot/delta-snapshot.ts';
import { syncPath } from '../write/put-commit.ts';

/** The columns of a classic checkpoint (PROTOCOL.md, "Checkpoint Schema"), as far as these tables need them. */
const COLUMNS = `{
  protocol: 'STRUCT("minReaderVersion" INTEGER, "minWriterVersion" INTEGER)',
  metaData: 'STRUCT(id VARCHAR, name VARCHAR, description VARCHAR,
    format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)),
    "schemaString" VARCHAR, "partitionColumns" VARCHAR[], configuration MAP(VARCHAR, VARCHAR))',
  txn: 'STRUCT("appId" VARCHAR, version BIGINT)',
  add: 'STRUCT(path VARCHAR, "partitionValues" MAP(VARCHAR, VARCHAR), size BIGINT,
    "modificationTime" BIGINT, "dataChange" BOOLEAN, stats VARCHAR)',
  remove: 'STRUCT(path VARCHAR, "deletionTimestamp" BIGINT, "dataChange" BOOLEAN)'
}`;

/** The name of the checkpoint of a version. */
function checkpointName(version: number): string {
  return `${String(version).padStart(20, '0')}.checkpoint.parquet`;
}

/**
 * Writes the checkpoint of a version of a table without partitions and without deletion vectors, and the hint for
 * readers. The snapshot must have the statistics of its files.
 */
export async function writeCheckpoint(
  connection: DuckDBConnection,
  snapshot: DeltaSnapshot,
): Promise<void> {
  assertConnection(connection, 'writeCheckpoint');
  assertArguments({ snapshot }, 'writeCheckpoint', { snapshot: 'object' });
  assertArguments(snapshot, 'writeCheckpoint', {
    path: 'string',
    version: 'number',
    protocol: 'object',
    transactions: 'record',
    files: 'objects',
  });
  const logPath = join(snapshot.path, LOG_FOLDER);
  const actions = actionsOf(snapshot);
  const temporary = join(logPath, `.${checkpointName(snapshot.version)}.${randomUUID()}`);
  const [lines, parquet] = [`${temporary}.json`, `${temporary}.parquet`];
  try {
    await writeFile(lines, actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
    await connection.run(`
      COPY (
        FROM read_json(${sqlString(lines)}, format = 'newline_delimited', columns = ${COLUMNS})
      ) TO ${sqlString(parquet)} (FORMAT parquet)`);
    await syncPath(parquet);
    await rename(parquet, join(logPath, checkpointName(snapshot.version)));
  } finally {
    await rm(lines, { force: true });
    await rm(parquet, { force: true });
  }
  const hint = `${temporary}.hint`;
  await writeFile(hint, JSON.stringify({ version: snapshot.version, size: actions.length }));
  await rename(hint, join(logPath, '_last_checkpoint'));
  await syncPath(logPath);
}

function actionsOf(snapshot: DeltaSnapshot): unknown[] {
  const { minReaderVersion, minWriterVersion } = snapshot.protocol;
  return [
    { protocol: { minReaderVersion, minWriterVersion } },
    {
      metaData: {
        id: snapshot.tableId,
        name: snapshot.name,
        description: snapshot.description,
        format: { provider: 'parquet', options: {} },
        schemaString: snapshot.schemaString,
        partitionColumns: snapshot.partitionColumns,
        configuration: snapshot.configuration,
      },
    },
    ...Object.entries(snapshot.transactions).map(([appId, version]) => ({
      txn: { appId, version },
    })),
    ...snapshot.files.map((file) => ({
      add: {
        path: file.path,
        partitionValues: {},
        size: file.sizeBytes,
        modificationTime: file.modificationTimeMs,
        dataChange: false,
        stats: file.statistics,
      },
    })),
  ];
}
