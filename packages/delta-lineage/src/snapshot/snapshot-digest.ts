import { createHash } from 'node:crypto';
import { assertArguments } from '@tidemark/core';
import { deletionVectorId } from '../log/delta-actions.ts';
import type { DeltaSnapshot } from './delta-snapshot.ts';

const SCHEME = 'delta-snapshot-v1';

/**
 * The digest of a version of a table: `delta-snapshot-v1:` and 64 hexadecimal digits, SHA-256 over the
 * canonical JSON of its table id, schema, partition columns and live files (path, size, deletion vector and
 * its cardinality, sorted by path and vector). Reads no data, because Delta's files are unique and never
 * overwritten. It does not depend on the number of the version or on checkpoints, so it stays the same
 * when the log is cleaned up, and after RESTORE to the same files.
 */
export function snapshotDigest(
  snapshot: Pick<DeltaSnapshot, 'tableId' | 'schemaString' | 'partitionColumns' | 'files'>,
): string {
  assertArguments({ snapshot }, 'snapshotDigest', { snapshot: 'object' });
  assertArguments(snapshot, 'snapshotDigest', {
    tableId: 'string',
    schemaString: 'string',
    partitionColumns: 'strings',
    files: 'objects',
  });
  const files = snapshot.files
    .map((file) =>
      file.deletionVector === undefined
        ? [file.path, file.sizeBytes]
        : [
            file.path,
            file.sizeBytes,
            deletionVectorId(file.deletionVector),
            file.deletionVector.cardinality,
          ],
    )
    .map((file) => JSON.stringify(file))
    .sort();
  const hash = createHash('sha256');
  hash.update(
    `{"files":[${files.join(',')}],"partitionColumns":${JSON.stringify(snapshot.partitionColumns)},` +
      `"schemaString":${JSON.stringify(snapshot.schemaString)},"tableId":${JSON.stringify(snapshot.tableId)}}`,
  );
  return `${SCHEME}:${hash.digest('hex')}`;
}
