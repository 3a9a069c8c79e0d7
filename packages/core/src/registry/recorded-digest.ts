import { artifactsDigest } from '../digest/artifacts-digest.ts';
import type { Store } from '../port/store.ts';
import { type VersionSource, versionFiles } from './version-files.ts';

/**
 * The digest of a version's files as they are recorded now: those of its logged model where its source
 * names that, or those of its run below the path that its source names. `undefined` when they are not in
 * the store.
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
