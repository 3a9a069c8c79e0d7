import { isTidemarkError } from '../../../errors.ts';
import type { Store } from '../../../port/store.ts';
import type { Check } from '../check.ts';

/** Finds renames of registered models that were interrupted. */
export const unfinishedRenames: Check = {
  name: 'unfinished-renames',
  meaning: 'A process ended while it renamed a registered model.',
  async *find({ store }) {
    for (const name of (await store.registry.chains?.names()) ?? []) {
      const from = await arrivingFrom(store, name);
      if (from === undefined) continue;
      yield {
        severity: 'warning',
        place: name,
        message: `The rename of ${JSON.stringify(from)} to this name was interrupted. To finish it, rename the model again.`,
      };
    }
  },
};

/** Another check verifies each commit, and reports a broken chain. */
async function arrivingFrom({ registry }: Store, name: string): Promise<string | undefined> {
  try {
    return (await registry.chains?.read(name))?.arriving?.from.name;
  } catch (error) {
    if (isTidemarkError(error)) return undefined;
    throw error;
  }
}
