import type { ModelVersion } from '../../../model/registered-model.ts';
import type { Check } from '../check.ts';

/** Versions whose files no digest pins, because they are not in the store. */
export const unpinnedVersions: Check = {
  name: 'unpinned-versions',
  meaning:
    'The files of a model version are not in the store, so changes of them cannot be detected.',
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
  return `No digest pins its files, which were registered from ${storageLocation ?? source}. Log the model to this store and register that, if its files have to be proven.`;
}
