export { type LineageDataset, type ModelLineage, modelLineage } from './lineage/model-lineage.ts';
export {
  type ReadDatasetVersionOptions,
  readDatasetVersion,
} from './lineage/read-dataset-version.ts';
export type {
  DeletionVectorDescriptor,
  DeltaProtocol,
} from './log/delta-actions.ts';
export type { ColumnMappingMode } from './log/protocol-support.ts';
export { type PreviewDeltaTableOptions, previewDeltaTable } from './scan/preview-delta-table.ts';
export {
  type DeltaRead,
  type ReadDeltaTableOptions,
  readDeltaTable,
} from './scan/read-delta-table.ts';
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
} from './schema/delta-type.ts';
export { type DeltaVersion, deltaHistory } from './snapshot/delta-history.ts';
export {
  type DeltaFile,
  type DeltaSnapshot,
  openDeltaSnapshot,
  type VersionSelection,
} from './snapshot/delta-snapshot.ts';
export { snapshotDigest } from './snapshot/snapshot-digest.ts';
export {
  appendToDeltaTable,
  type CreateDeltaTableOptions,
  createDeltaTable,
  type DeltaCommit,
} from './write/write-delta-table.ts';
