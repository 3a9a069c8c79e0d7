import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertArguments, assertOptions } from '@tidemark/core';
import { localDataPath } from '../log/data-path.ts';
import { type DeltaSnapshot, LOG_FOLDER } from '../snapshot/delta-snapshot.ts';
import { syncPath } from '../write/put-commit.ts';

/** A file of the log with the version that it belongs to. Also the files that readers of the log ignore. */
const LOG_FILE = /^\.?(\d{20})\./;
const DATA_FILE = /\.parquet$/;
const STAGING_FOLDER = /^\.staging-/;

/** Which unused files to delete. */
export interface CleanOptions {
  /** Files that other versions still need. */
  readonly spared?: readonly DeltaSnapshot[];
  /** Deletes only what was last modified before this time. Milliseconds since 1970. */
  readonly beforeMs: number;
}

/**
 * Deletes the data files, and the folders of unfinished writes, that a version of a table without partitions does not
 * have. Returns the number of deleted data files.
 */
export async function deleteUnusedFiles(
  snapshot: DeltaSnapshot,
  options: CleanOptions,
): Promise<number> {
  assertArguments({ snapshot }, 'deleteUnusedFiles', { snapshot: 'object' });
  assertArguments(snapshot, 'deleteUnusedFiles', { path: 'string', files: 'objects' });
  assertOptions(options, 'deleteUnusedFiles', { spared: 'objects?', beforeMs: 'number' });
  const { spared = [], beforeMs } = options;
  const used = new Set(
    [snapshot, ...spared].flatMap(({ path, files }) =>
      files.map((file) => localDataPath(path, file.path)),
    ),
  );
  let deleted = 0;
  for (const name of await readdir(snapshot.path)) {
    const file = join(snapshot.path, name);
    const isData = DATA_FILE.test(name);
    if (!(isData || STAGING_FOLDER.test(name)) || used.has(file)) continue;
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || found.mtimeMs >= beforeMs) continue;
    await rm(file, { force: true, recursive: !isData });
    if (isData) deleted += 1;
  }
  return deleted;
}

/**
 * Deletes the log before a version that has a checkpoint, so that no earlier version can be read and no statistics of
 * their files remain. The oldest files go first, so that what is left is always a log.
 */
export async function deleteLogBefore(path: string, version: number): Promise<void> {
  assertArguments({ path, version }, 'deleteLogBefore', { path: 'string', version: 'number' });
  const logPath = join(path, LOG_FOLDER);
  const earlier = await logBefore(logPath, version);
  if (earlier.length === 0) return;
  for (const name of earlier) await rm(join(logPath, name), { force: true });
  await syncPath(logPath);
}

/** Whether the log of a table has files of versions before this one. */
export async function hasLogBefore(path: string, version: number): Promise<boolean> {
  assertArguments({ path, version }, 'hasLogBefore', { path: 'string', version: 'number' });
  return (await logBefore(join(path, LOG_FOLDER), version)).length > 0;
}

async function logBefore(logPath: string, version: number): Promise<string[]> {
  const names = await readdir(logPath).catch((error: NodeJS.ErrnoException) => {
    // There is no table.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => Number(LOG_FILE.exec(name)?.[1] ?? version) < version).sort();
}
