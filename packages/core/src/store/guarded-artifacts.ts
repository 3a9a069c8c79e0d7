import type { ArtifactOwner } from '../model/artifact.ts';
import type { ArtifactStore } from '../port/artifact-store.ts';

/**
 * The artifacts of a store, whose writes are asked for first: `refuse` throws where nothing may be written.
 * What the store cannot do is missing here too.
 */
export function guardedArtifacts(
  artifacts: ArtifactStore,
  refuse: (owner: ArtifactOwner, path: string) => void,
): ArtifactStore {
  const { writeLocalFile, writeSync, readFrom, remove } = artifacts;
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
  };
}
