import { basename } from 'node:path';
import {
  DATASET_CONTEXT_TAG,
  type Dataset,
  type DatasetInput,
  DELTA_SOURCE_TYPE,
  type DeltaDatasetVersion,
  deltaDatasetSource,
} from '@tidemark/core';
import type { DeltaSnapshot } from '../snapshot/delta-snapshot.ts';
import { snapshotDigest } from '../snapshot/snapshot-digest.ts';
import { mlflowColumns } from './mlflow-schema.ts';

/** Number of hexadecimal digits of the snapshot digest that are kept: MLflow allows 36 characters. */
const DIGEST_DIGITS = 32;

/** The pinned dataset version of a snapshot. It has no row count. */
export function pinDatasetVersion(snapshot: DeltaSnapshot): DeltaDatasetVersion {
  return {
    kind: 'delta',
    uri: snapshot.path,
    tableId: snapshot.tableId,
    version: snapshot.version,
    snapshotDigest: snapshotDigest(snapshot),
  };
}

/**
 * The dataset input that MLflow records for a read of a table; `deltaDatasetVersion` of core parses it.
 * `context` is the purpose of the read: `training`, `eval` …
 */
export function deltaDatasetInput(
  snapshot: DeltaSnapshot,
  version: DeltaDatasetVersion,
  context: string,
): DatasetInput {
  const columns = mlflowColumns(snapshot.schema);
  const dataset: Dataset = {
    name: snapshot.name ?? basename(snapshot.path),
    digest: version.snapshotDigest
      .slice(version.snapshotDigest.indexOf(':') + 1)
      .slice(0, DIGEST_DIGITS),
    sourceType: DELTA_SOURCE_TYPE,
    source: deltaDatasetSource(version),
    schema: JSON.stringify({ mlflow_colspec: columns }),
    ...(version.rowCount === undefined
      ? {}
      : { profile: JSON.stringify({ num_rows: version.rowCount }) }),
  };
  return { dataset, tags: { [DATASET_CONTEXT_TAG]: context } };
}
