import { artifactsDigest } from '../digest/artifacts-digest.ts';
import type { Store } from '../port/store.ts';
import { versionFiles } from './version-files.ts';
import type { VersionSource } from './version-place.ts';

/**
 * Returns the digest of a version's files as they are recorded now: the files of the logged model that its source
 * names, or those of the run below the path that its source names. Returns `undefined` if they are not in the store.
 */
export async function recordedDigest(
  store: Store,
  version: VersionSource,
): Promise<string | undefined> {
  const found = await versionFiles(store, version);
  if (found === undefined) return undefined;
  return found.loggedModel === undefined && found.files.length === 0
    ? undefined
    : artifactsDigest(found.files);
}
