export type {
  DeletionVectorDescriptor,
  DeltaProtocol,
} from './delta-actions.ts';
export { type DeltaVersion, deltaHistory } from './delta-history.ts';
export {
  type DeltaFile,
  type DeltaSnapshot,
  openDeltaSnapshot,
  type VersionSelection,
} from './delta-snapshot.ts';
export {
  type DeltaArrayType,
  type DeltaDecimalType,
  type DeltaField,
  type DeltaMapType,
  type DeltaNestedType,
  type DeltaPrimitiveName,
  type DeltaPrimitiveType,
  type DeltaStructType,
  type DeltaType,
  deltaTypeName,
} from './delta-type.ts';
export { type LineageDataset, type ModelLineage, modelLineage } from './model-lineage.ts';
export { type PreviewDeltaTableOptions, previewDeltaTable } from './preview-delta-table.ts';
export type { ColumnMappingMode } from './protocol-support.ts';
export { type ReadDatasetVersionOptions, readDatasetVersion } from './read-dataset-version.ts';
export { type DeltaRead, type ReadDeltaTableOptions, readDeltaTable } from './read-delta-table.ts';
export { snapshotDigest } from './snapshot-digest.ts';
export {
  appendToDeltaTable,
  type CreateDeltaTableOptions,
  createDeltaTable,
  type DeltaCommit,
} from './write-delta-table.ts';
