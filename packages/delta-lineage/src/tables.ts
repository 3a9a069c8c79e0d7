export { localDataPath } from './log/data-path.ts';
export type { DeltaField, DeltaStructType } from './schema/delta-type.ts';
export {
  type DeltaFile,
  type DeltaSnapshot,
  openDeltaSnapshot,
} from './snapshot/delta-snapshot.ts';
export {
  type CleanOptions,
  deleteLogBefore,
  deleteUnusedFiles,
  hasLogBefore,
} from './table/clean-table.ts';
export {
  putTableVersion,
  type TableDraft,
  type VersionDraft,
} from './table/put-table-version.ts';
export { readTableVersion } from './table/table-version.ts';
export { writeCheckpoint } from './table/write-checkpoint.ts';
export {
  discardFiles,
  type StagedFile,
  type StageRequest,
  stageDataFiles,
} from './write/stage-data-files.ts';
