import type { ArtifactOwner } from '@tidemark/core';
import { type ListArtifactsResponse, listToWire, toFileInfoMessage } from '@tidemark/mlflow';
import type { ArtifactScope } from './artifact-locations.ts';
import { artifactSource } from './artifact-source.ts';
import { safePath } from './safe-path.ts';

/**
 * Lists a folder of an owner's artifacts in the form of `artifacts/list`: the root, and paths relative to it.
 * @throws WireError `Invalid path`, or NOT_IMPLEMENTED for artifacts that this server does not read
 */
export async function listArtifacts(
  { store, locations }: ArtifactScope,
  owner: ArtifactOwner,
  path: string | undefined,
): Promise<ListArtifactsResponse> {
  const folder = safePath(path ?? '');
  const source = await artifactSource(store, locations, owner);
  const entries = await source.list(folder);
  return {
    root_uri: await locations.ofOwner(owner),
    files: listToWire(entries.map(toFileInfoMessage)),
  };
}
