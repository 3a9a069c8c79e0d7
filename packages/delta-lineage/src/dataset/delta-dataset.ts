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

/** MLflow allows a digest 36 characters; this many hexadecimal digits of the snapshot digest are kept. */
const DIGEST_DIGITS = 32;

/** A snapshot as a pinned dataset version, its rows not counted. */
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
 * A read of a table as MLflow records a dataset input; `deltaDatasetVersion` of core reads it back.
 * `context` says what the data was read for: `training`, `eval` …
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
