import type { ArtifactOwner } from '../model/artifact.ts';
import type { ArtifactStore } from '../port/artifact-store.ts';

/**
 * Returns the artifacts of a store with a check before every write: `refuse` throws if the write is not allowed.
 * Capabilities that the store does not have are absent here too.
 */
export function guardedArtifacts(
  artifacts: ArtifactStore,
  refuse: (owner: ArtifactOwner, path: string) => void,
): ArtifactStore {
  const { writeLocalFile, writeSync, readFrom, remove, location } = artifacts;
  return {
    async write(owner, path, content) {
      refuse(owner, path);
      return artifacts.write(owner, path, content);
    },
    ...(writeLocalFile === undefined
      ? {}
      : {
          async writeLocalFile(owner, path, localPath) {
            refuse(owner, path);
            return writeLocalFile.call(artifacts, owner, path, localPath);
          },
        }),
    ...(writeSync === undefined
      ? {}
      : {
          writeSync(owner, path, content) {
            refuse(owner, path);
            return writeSync.call(artifacts, owner, path, content);
          },
        }),
    read: (owner, path) => artifacts.read(owner, path),
    ...(readFrom === undefined
      ? {}
      : { readFrom: (owner, path, firstByte) => readFrom.call(artifacts, owner, path, firstByte) }),
    ...(remove === undefined
      ? {}
      : { remove: (owner, path) => remove.call(artifacts, owner, path) }),
    list: (owner, path) => artifacts.list(owner, path),
    ...(location === undefined ? {} : { location: (owner) => location.call(artifacts, owner) }),
  };
}
