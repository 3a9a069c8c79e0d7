import { stat } from 'node:fs/promises';
import { TidemarkError } from '@tidemark/core';
import { deletionVectorFile } from '../deletion-vector/deletion-vector.ts';
import { localDataPath } from '../log/data-path.ts';
import type { DeltaSnapshot } from '../snapshot/delta-snapshot.ts';

const STATS_AT_ONCE = 64;
const FILES_NAMED_IN_MESSAGE = 3;

/**
 * Returns the paths of a snapshot's data files, in its order. Checks first that the data files and their
 * deletion vectors exist.
 *
 * @throws DELTA_FILES_MISSING with the missing files, DELTA_FEATURE_UNSUPPORTED when files are in an object store.
 */
export async function locateLiveFiles(snapshot: DeltaSnapshot): Promise<string[]> {
  const dataFiles = snapshot.files.map((file) => {
    const local = localDataPath(snapshot.path, file.path);
    if (local !== undefined) return local;
    throw new TidemarkError(
      'DELTA_FEATURE_UNSUPPORTED',
      `The data of the table is at ${file.path}, outside the local file system, which this reader cannot read. Copy the files and the table, with relative paths, to a local folder.`,
      { details: { path: file.path } },
    );
  });
  const vectorFiles = snapshot.files.flatMap((file) =>
    file.deletionVector === undefined
      ? []
      : (deletionVectorFile(snapshot.path, file.deletionVector) ?? []),
  );
  const missing = await missingFiles([...new Set([...dataFiles, ...vectorFiles])]);
  if (missing.length > 0) throw filesMissing(snapshot, missing);
  return dataFiles;
}

async function missingFiles(files: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (let start = 0; start < files.length; start += STATS_AT_ONCE) {
    await Promise.all(
      files.slice(start, start + STATS_AT_ONCE).map(async (file) => {
        const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
          throw error;
        });
        if (found === undefined) missing.push(file);
      }),
    );
  }
  return missing.sort();
}

function filesMissing(snapshot: DeltaSnapshot, missing: readonly string[]): TidemarkError {
  const named = missing.slice(0, FILES_NAMED_IN_MESSAGE).join(', ');
  const more = missing.length > FILES_NAMED_IN_MESSAGE ? ', …' : '';
  return new TidemarkError(
    'DELTA_FILES_MISSING',
    `${missing.length} of the ${snapshot.files.length} data files of version ${snapshot.version} are missing (${named}${more}), ` +
      'probably because VACUUM removed them. Read a later version, or restore the files from a copy.',
    { details: { version: snapshot.version, files: missing } },
  );
}
