export type {
  DeletionVectorDescriptor,
  DeltaProtocol,
} from './delta-actions.ts';
export {
  type DeltaFile,
  type DeltaSnapshot,
  openDeltaSnapshot,
  type VersionSelection,
} from './delta-snapshot.ts';
export type {
  DeltaArrayType,
  DeltaDecimalType,
  DeltaField,
  DeltaMapType,
  DeltaNestedType,
  DeltaPrimitiveName,
  DeltaPrimitiveType,
  DeltaStructType,
  DeltaType,
} from './delta-type.ts';
export { type LineageDataset, type ModelLineage, modelLineage } from './model-lineage.ts';
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
