import type { ArtifactEntry, ArtifactOwner, Store } from '@tidemark/core';
import { WireError } from '../wire/wire-error.ts';
import { type ArtifactLocations, isProxied, localFolder } from './artifact-locations.ts';
import { LocalArtifacts } from './local-artifacts.ts';

/** Reads the artifacts of one run or logged model, wherever they are. */
export interface ArtifactSource {
  /** Lists one folder (`''` is the root). The paths are relative to the root. */
  list(path: string): Promise<readonly ArtifactEntry[]>;
  read(path: string): AsyncIterable<Uint8Array>;
  /** Like `read`, but starts at a byte. Absent if the bytes before it have to be read too. */
  readFrom?(path: string, firstByte: number): AsyncIterable<Uint8Array>;
}

/**
 * Returns the source of an owner's artifacts: the store, or a folder below the server's artifact root. The
 * server never reads another folder, even if an experiment names one, because that location came from a
 * client.
 * @throws WireError NOT_IMPLEMENTED for a location that clients have to read themselves
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

/** Returns the source of artifacts that are in the store. */
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

/** Returns whether `folder` is `root` or inside it. */
function isBelow(root: string, folder: string): boolean {
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return folder === root || folder.startsWith(prefix);
}
