import { z } from 'zod';
import type { Dataset, DeltaDatasetVersion } from './dataset.ts';
import { assertArguments } from './plain-input.ts';

/** MLflow's name for a Delta table as a dataset's source (mlflow/data/delta_dataset_source.py). */
export const DELTA_SOURCE_TYPE = 'delta_table';

const sourceJson = z.object({
  path: z.string(),
  delta_table_version: z.int().nonnegative(),
  delta_table_id: z.string(),
  snapshot_digest: z.string().regex(/^delta-snapshot-v1:[0-9a-f]{64}$/),
});
const profileJson = z.object({ num_rows: z.int().nonnegative().nullish() });

/**
 * A pinned version as the `source` of a dataset record: MLflow's keys for a Delta table, with the version given even
 * when it is 0 (MLflow drops it), and the digest of the snapshot, which MLflow's readers ignore.
 */
export function deltaDatasetSource(version: DeltaDatasetVersion): string {
  assertArguments({ version }, 'deltaDatasetSource', { version: 'object' });
  return JSON.stringify({
    path: version.uri,
    delta_table_version: version.version,
    delta_table_id: version.tableId,
    snapshot_digest: version.snapshotDigest,
  });
}

/**
 * Returns the pinned version of a recorded dataset; `undefined` if the dataset is not a Delta table with a snapshot
 * digest. Python's MLflow records no snapshot digest.
 */
export function deltaDatasetVersion(dataset: Dataset): DeltaDatasetVersion | undefined {
  assertArguments({ dataset }, 'deltaDatasetVersion', { dataset: 'object' });
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
