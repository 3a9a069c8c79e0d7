import { basename } from 'node:path';
import {
  DATASET_CONTEXT_TAG,
  type Dataset,
  type DatasetInput,
  type DeltaDatasetVersion,
} from '@tidemark/core';
import { z } from 'zod';
import type { DeltaSnapshot } from './delta-snapshot.ts';
import { mlflowColumns } from './mlflow-schema.ts';
import { snapshotDigest } from './snapshot-digest.ts';

/** MLflow's name for a Delta table as a dataset's source (mlflow/data/delta_dataset_source.py). */
const DELTA_SOURCE_TYPE = 'delta_table';

/** MLflow allows a digest 36 characters; this many hexadecimal digits of the snapshot digest are kept. */
const DIGEST_DIGITS = 32;

const sourceJson = z.object({
  path: z.string(),
  delta_table_version: z.number().int().nonnegative(),
  delta_table_id: z.string(),
  snapshot_digest: z.string().regex(/^delta-snapshot-v1:[0-9a-f]{64}$/),
});
const profileJson = z.object({ num_rows: z.number().int().nonnegative().nullish() });

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
 * A read of a table as MLflow records a dataset input. The source is MLflow's for Delta tables, with
 * the version given even when it is 0 (MLflow drops it), and with the digest of the snapshot, which
 * MLflow's readers pass over. `context` says what the data was read for: `training`, `eval` …
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
    source: JSON.stringify({
      path: version.uri,
      delta_table_version: version.version,
      delta_table_id: version.tableId,
      snapshot_digest: version.snapshotDigest,
    }),
    schema: JSON.stringify({ mlflow_colspec: columns }),
    ...(version.rowCount === undefined
      ? {}
      : { profile: JSON.stringify({ num_rows: version.rowCount }) }),
  };
  return { dataset, tags: { [DATASET_CONTEXT_TAG]: context } };
}

/**
 * The pinned version that a recorded dataset stands for, or undefined when it is not a Delta table
 * with a snapshot digest (as one that Python's MLflow recorded is not).
 */
export function deltaDatasetVersion(dataset: Dataset): DeltaDatasetVersion | undefined {
  if (dataset.sourceType !== DELTA_SOURCE_TYPE) return undefined;
  const source = sourceJson.safeParse(jsonOrUndefined(dataset.source));
  if (!source.success) return undefined;
  const rowCount = profileJson.safeParse(jsonOrUndefined(dataset.profile ?? '')).data?.num_rows;
  return {
    kind: 'delta',
    uri: source.data.path,
    tableId: source.data.delta_table_id,
    version: source.data.delta_table_version,
    snapshotDigest: source.data.snapshot_digest,
    ...(typeof rowCount === 'number' ? { rowCount } : {}),
  };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
