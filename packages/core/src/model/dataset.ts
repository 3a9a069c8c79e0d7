/**
 * A dataset as MLflow records it. `source`, `schema` and `profile` are JSON in a string, exactly as MLflow's REST API
 * sends them.
 */
export interface Dataset {
  readonly name: string;
  /** At most 36 characters in MLflow; an identity within its name, not a proof. */
  readonly digest: string;
  /** `delta_table`, `local`, `http`, `code` … */
  readonly sourceType: string;
  readonly source: string;
  readonly schema?: string;
  readonly profile?: string;
}

/** A dataset that a run read. The tag `mlflow.data.context` names the purpose: training, eval … */
export interface DatasetInput {
  readonly dataset: Dataset;
  readonly tags: Readonly<Record<string, string>>;
}

/** The tag key of a dataset input for the purpose of the data. */
export const DATASET_CONTEXT_TAG = 'mlflow.data.context';

/**
 * One version of a Delta table, pinned. `tableId` distinguishes a recreated table, whose versions start again at 0,
 * from the first one. `snapshotDigest` is the SHA-256 of the version's schema and its live files, so it stays the
 * same after a clean-up of the log.
 */
export interface DeltaDatasetVersion {
  readonly kind: 'delta';
  readonly uri: string;
  readonly tableId: string;
  readonly version: number;
  /** `delta-snapshot-v1:` and 64 hexadecimal digits. */
  readonly snapshotDigest: string;
  readonly rowCount?: number;
}

/** A pinned dataset version, as a node of the lineage graph. */
export type DatasetVersion = DeltaDatasetVersion;
