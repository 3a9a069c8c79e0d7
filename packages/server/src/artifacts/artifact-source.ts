import type { ArtifactEntry, ArtifactOwner, Store } from '@tidemark/core';
import { WireError } from '../wire/wire-error.ts';
import { type ArtifactLocations, isProxied, localFolder } from './artifact-locations.ts';
import { LocalArtifacts } from './local-artifacts.ts';

/** The artifacts of one run or logged model, wherever they lie, for reading. */
export interface ArtifactSource {
  /** The entries of one folder (`''`: the root), their paths below the root. */
  list(path: string): Promise<readonly ArtifactEntry[]>;
  read(path: string): AsyncIterable<Uint8Array>;
  /** Like `read`, from a byte on; absent if the bytes before it have to be read too. */
  readFrom?(path: string, firstByte: number): AsyncIterable<Uint8Array>;
}

/**
 * Where an owner's artifacts can be read: in the store, or in a folder below the server's artifact root.
 * A folder elsewhere is not read, whatever an experiment says: its place came from a client.
 * @throws WireError NOT_IMPLEMENTED for places that clients have to reach by themselves
 */
export async function artifactSource(
  store: Store,
  locations: ArtifactLocations,
  owner: ArtifactOwner,
): Promise<ArtifactSource> {
  const location = await locations.ofOwner(owner);
  if (isProxied(location)) return storedArtifacts(store, owner);
  const root = localFolder(locations.root);
  const folder = localFolder(location);
  if (root !== undefined && folder !== undefined && isBelow(root, folder)) {
    return new LocalArtifacts(root, folder);
  }
  throw new WireError(
    'NOT_IMPLEMENTED',
    `The artifacts of this run are at ${location}, which this server does not read. Read them there.`,
  );
}

/** The artifacts of an owner that are in the store. */
export function storedArtifacts({ artifacts }: Store, owner: ArtifactOwner): ArtifactSource {
  const readFrom = artifacts.readFrom?.bind(artifacts);
  return {
    ...(readFrom === undefined
      ? {}
      : { readFrom: (path, firstByte) => readFrom(owner, path, firstByte) }),
    list: (path) => artifacts.list(owner, path === '' ? undefined : path),
    read: (path) => artifacts.read(owner, path),
  };
}

/** Whether a folder is inside a root or the root itself. */
function isBelow(root: string, folder: string): boolean {
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return folder === root || folder.startsWith(prefix);
}
