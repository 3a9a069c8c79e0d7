export {
  findSpools,
  type OpenSpool,
  openSpool,
  type SpoolFolder,
  spoolRoot,
} from './copy/spool-folder.ts';
export { type CaptureOptions, captureEnvironment } from './environment/capture-environment.ts';
export type { Environment, LeftOutReason, PatchState } from './environment/environment.ts';
export { formatEnvironment, parseEnvironment } from './environment/environment-json.ts';
export { environmentTags } from './environment/environment-tags.ts';
export {
  captureUncommittedPatch,
  type PatchOptions,
  type UncommittedPatch,
} from './environment/patch/capture-patch.ts';
export type { Finding, Severity } from './file/doctor/check.ts';
export {
  type Diagnosis,
  type DoctorReport,
  type ExamineOptions,
  examineStore,
} from './file/doctor/examine-store.ts';
export type { Durability } from './file/durability.ts';
export { type FileStoreOptions, openFileStore } from './file/file-store.ts';
export { collectGarbage } from './file/gc/collect-garbage.ts';
export type { GarbagePlan, Kept, LogMerge, LogRewrite, Removal } from './file/gc/garbage-plan.ts';
export { type GarbageOptions, planGarbage } from './file/gc/plan-garbage.ts';
export {
  artifactFolder,
  COMMIT_FILE,
  commitFile,
  LAYOUT,
  LOG_FILE,
  logPath,
  registryFolder,
} from './file/layout.ts';
export type { ArtifactConflict, SettledArtifact } from './file/merge-artifacts.ts';
export {
  type MergeReport,
  type MergeStoresOptions,
  type ModelMerge,
  mergeStores,
} from './file/merge-stores.ts';
export { type ReadableLog, readableLogs, readLogMetrics } from './file/readable-logs.ts';
export { refreshIndex } from './file/refresh-index.ts';
export type { StoreDamage } from './file/store-damage.ts';
