import { assertArguments, type DeltaDatasetVersion, TidemarkError } from '@tidemark/core';
import {
  type DeltaRead,
  type ReadDeltaTableOptions,
  readAndRecord,
} from '../scan/read-delta-table.ts';

/** What to read of a pinned version; the version is given already. */
export type ReadDatasetVersionOptions = Omit<ReadDeltaTableOptions, 'version' | 'timestampMs'> & {
  /** Where the table lies now, when it was moved; by default where it was read. */
  readonly path?: string;
};

/**
 * Reads a dataset version that was recorded once, and makes sure that it is still the same data: the
 * same table, schema and files.
 *
 * Throws what `readDeltaTable` throws, and DIGEST_MISMATCH when another table lies there now, or the
 * version is made of other files.
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
          ? `version ${pinned.version} of the table is made of other files, or has another schema, than when it was recorded`
          : `another table lies there now (id ${tableId}, recorded was ${pinned.tableId})`;
      throw new TidemarkError(
        'DIGEST_MISMATCH',
        `${path} is not what was recorded: ${reason}. Restore the table from a copy, or give the path to which it was moved.`,
        { details: { expected: pinned.snapshotDigest, found: snapshotDigest } },
      );
    },
  );
}
