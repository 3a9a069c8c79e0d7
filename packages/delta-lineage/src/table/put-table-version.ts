import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assertOptions } from '@tidemark/core';
import { type DeltaStructType, formatDeltaSchema } from '../schema/delta-type.ts';
import { type DeltaFile, LOG_FOLDER } from '../snapshot/delta-snapshot.ts';
import { putCommit } from '../write/put-commit.ts';
import type { StagedFile } from '../write/stage-data-files.ts';
import { ENGINE, PROTOCOL } from '../write/writer-identity.ts';

/** A table to create. */
export interface TableDraft {
  readonly name: string;
  readonly description: string;
  readonly schema: DeltaStructType;
  /** Properties of the table. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** The changes that make a version out of the one before. */
export interface VersionDraft {
  /** The absolute folder of the table. */
  readonly path: string;
  readonly version: number;
  /** For version 0. */
  readonly create?: TableDraft;
  /** The operation, as the history of the table names it. */
  readonly operation: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** New files, in their places. */
  readonly staged: readonly StagedFile[];
  /** Files of earlier versions that belong to this one again. */
  readonly restored?: readonly DeltaFile[];
  readonly removed: readonly DeltaFile[];
  /** How far applications have written to the table (`txn`), by their ids. */
  readonly transactions: Readonly<Record<string, number>>;
}

/**
 * Commits exactly this version of a table without partitions. Returns false if another writer was first: then nothing
 * has changed, and the staged files are still in their places.
 * @throws WRITE_FAILED
 */
export async function putTableVersion(draft: VersionDraft): Promise<boolean> {
  assertOptions(draft, 'putTableVersion', {
    path: 'string',
    version: 'number',
    create: 'record?',
    operation: 'string',
    parameters: 'record?',
    staged: 'objects',
    restored: 'objects?',
    removed: 'objects',
    transactions: 'record',
  });
  const { path, version, create, staged, restored = [], removed, transactions } = draft;
  const now = Date.now();
  await mkdir(join(path, LOG_FOLDER), { recursive: true });
  return putCommit(join(path, LOG_FOLDER), version, [
    {
      commitInfo: {
        timestamp: now,
        operation: draft.operation,
        operationParameters: draft.parameters ?? {},
        ...(version === 0 ? {} : { readVersion: version - 1 }),
        isBlindAppend: false,
        operationMetrics: {
          numAddedFiles: String(staged.length + restored.length),
          numRemovedFiles: String(removed.length),
          numOutputRows: String(staged.reduce((sum, { rowCount }) => sum + rowCount, 0)),
          numOutputBytes: String(staged.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
        },
        engineInfo: ENGINE,
        txnId: randomUUID(),
      },
    },
    ...(create === undefined ? [] : creation(create, now)),
    ...Object.entries(transactions).map(([appId, to]) => ({
      txn: { appId, version: to, lastUpdated: now },
    })),
    ...removed.map((file) => ({
      remove: {
        path: file.path,
        deletionTimestamp: now,
        dataChange: true,
        extendedFileMetadata: true,
        partitionValues: {},
        size: file.sizeBytes,
      },
    })),
    ...restored.map((file) => ({
      add: {
        path: file.path,
        partitionValues: {},
        size: file.sizeBytes,
        modificationTime: file.modificationTimeMs,
        dataChange: true,
        ...(file.statistics === undefined ? {} : { stats: file.statistics }),
      },
    })),
    ...staged.map(({ add }) => ({ add })),
  ]);
}

function creation(
  { name, description, schema, configuration }: TableDraft,
  now: number,
): unknown[] {
  return [
    { protocol: PROTOCOL },
    {
      metaData: {
        id: randomUUID(),
        name,
        description,
        format: { provider: 'parquet', options: {} },
        schemaString: formatDeltaSchema(schema),
        partitionColumns: [],
        configuration,
        createdTime: now,
      },
    },
  ];
}
