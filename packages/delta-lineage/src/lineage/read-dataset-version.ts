import { assertArguments, type DeltaDatasetVersion, TidemarkError } from '@tidemark/core';
import {
  type DeltaRead,
  type ReadDeltaTableOptions,
  readAndRecord,
} from '../scan/read-delta-table.ts';

/** Options of `readDatasetVersion`. The version itself is already pinned. */
export type ReadDatasetVersionOptions = Omit<ReadDeltaTableOptions, 'version' | 'timestampMs'> & {
  /** The table's folder now, if it was moved. Default: the folder where it was read. */
  readonly path?: string;
};

/**
 * Reads the rows of a recorded dataset version again. Checks first that it is the same data: the same
 * table, schema and files.
 *
 * Throws what `readDeltaTable` throws, and DIGEST_MISMATCH when the path holds another table, or when the
 * version consists of other files.
 *
 * @example
 * ```ts
 * const [dataset] = (await modelLineage('models:/penguins/2', { store })).datasets;
 * if (dataset?.version) {
 *   const { table } = await readDatasetVersion(dataset.version, { path: '/mnt/moved/penguins' });
 * }
 * ```
 */
export async function readDatasetVersion(
  pinned: DeltaDatasetVersion,
  options: ReadDatasetVersionOptions = {},
): Promise<DeltaRead> {
  assertArguments({ pinned }, 'readDatasetVersion', { pinned: 'object' });
  assertArguments({ options }, 'readDatasetVersion', { options: 'record' });
  assertArguments(pinned, 'readDatasetVersion', { uri: 'string', version: 'number' });
  const { path = pinned.uri, ...rest } = options;
  return readAndRecord(
    path,
    { ...rest, version: pinned.version },
    ({ tableId, snapshotDigest }) => {
      if (snapshotDigest === pinned.snapshotDigest) return;
      const reason =
        tableId === pinned.tableId
          ? `version ${pinned.version} of the table has other files or another schema than when it was recorded`
          : `it is another table (id ${tableId}; the recorded id is ${pinned.tableId})`;
      throw new TidemarkError(
        'DIGEST_MISMATCH',
        `${path} is not the recorded dataset: ${reason}. Restore the table from a copy, or pass the path to which you moved it.`,
        { details: { expected: pinned.snapshotDigest, found: snapshotDigest } },
      );
    },
  );
}
