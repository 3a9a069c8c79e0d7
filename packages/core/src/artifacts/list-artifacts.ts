import type { ArtifactEntry, ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { recordedArtifacts } from './recorded-artifacts.ts';

/**
 * Returns the entries of one artifact folder (without a path: the root), sorted by path: the files in it, and the
 * recorded references.
 * @throws ARTIFACT_PATH_UNSAFE
 */
export async function listArtifacts(
  store: Store,
  owner: ArtifactOwner,
  path?: string,
): Promise<ArtifactEntry[]> {
  assertArguments({ store, owner, path }, 'listArtifacts', {
    store: 'store',
    owner: 'object',
    path: 'string?',
  });
  const stored = await store.artifacts.list(owner, path);
  const entries = new Map(stored.map((entry) => [entry.path, entry]));
  const prefix = path === undefined ? '' : `${path}/`;
  for (const file of await recordedArtifacts(store, owner)) {
    const isReference = file.uri !== undefined || file.sameAs !== undefined;
    if (!isReference || !file.path.startsWith(prefix)) continue;
    const entry = entryOf(file, prefix);
    entries.set(entry.path, entry);
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function entryOf({ path, sizeBytes, uri }: ArtifactFile, prefix: string): ArtifactEntry {
  const end = path.indexOf('/', prefix.length);
  if (end !== -1) return { path: path.slice(0, end), isFolder: true };
  return { path, isFolder: false, sizeBytes, ...(uri === undefined ? {} : { uri }) };
}
