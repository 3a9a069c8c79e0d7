export type { Finding, Severity } from './file/doctor/check.ts';
export {
  type Diagnosis,
  type DoctorReport,
  type ExamineOptions,
  examineStore,
} from './file/doctor/examine-store.ts';
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
export type { Durability } from './file/log/durability.ts';
export type { ArtifactConflict, SettledArtifact } from './file/merge/merge-artifacts.ts';
export {
  type MergeReport,
  type MergeStoresOptions,
  type ModelMerge,
  mergeStores,
} from './file/merge/merge-stores.ts';
export { refreshIndex } from './file/refresh-index.ts';
export {
  findSpools,
  type OpenSpool,
  openSpool,
  type SpoolFolder,
  spoolRoot,
} from './file/spool-folder.ts';
export type { StoreDamage } from './file/store-damage.ts';
export {
  assertNoSymlinks,
  lstatWithoutSymlinks,
  type WayEnd,
} from './file/system/assert-no-symlinks.ts';
export { type ProcessIdentity, processIdentity } from './file/system/process-identity.ts';
export { type Liveness, livenessOfClaim } from './file/system/process-liveness.ts';
