export { type FileStoreOptions, openFileStore } from './file/file-store.ts';
export {
  artifactFolder,
  COMMIT_FILE,
  commitFile,
  LAYOUT,
  LOG_FILE,
  logPath,
  registryFolder,
} from './file/layout.ts';
export type { LogDamage } from './file/log-reader.ts';
export type { Durability } from './file/log-writer.ts';
