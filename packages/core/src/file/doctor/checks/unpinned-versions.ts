import type { ModelVersion } from '../../../model/registered-model.ts';
import type { Check } from '../check.ts';

/** Finds versions without a digest of their files, because the files are not in the store. */
export const unpinnedVersions: Check = {
  name: 'unpinned-versions',
  meaning:
    'The files of a model version are not in the store, so a change of them cannot be detected.',
  async *find({ store }) {
    for (const { model } of await store.registry.list()) {
      for (const version of model.versions) {
        if (version.artifactsDigest !== undefined) continue;
        const place = `${model.name} version ${version.version}`;
        yield { severity: 'note', place, message: messageOf(version) };
      }
    }
  },
};

function messageOf({ storageLocation, source }: ModelVersion): string {
  return `It has no digest of its files, which are at ${storageLocation ?? source}. If you must prove which files it has, log the model to this store and register that.`;
}
