import { isTidemarkError } from '../../../errors.ts';
import { verifyChain } from '../../../registry/verify-chain.ts';
import type { Check } from '../check.ts';

/** Finds renames of registered models that were interrupted. */
export const unfinishedRenames: Check = {
  name: 'unfinished-renames',
  meaning: 'A process ended while it renamed a registered model.',
  async *find({ store }) {
    for (const name of (await store.registry.chains?.names()) ?? []) {
      try {
        const { arrivingFrom } = await verifyChain(store, name);
        if (arrivingFrom === undefined) continue;
        yield {
          severity: 'warning',
          place: name,
          message: `The rename of ${JSON.stringify(arrivingFrom)} to this name was interrupted. To finish it, rename the model again.`,
        };
      } catch (error) {
        // Another check reports a damaged chain.
        if (!isTidemarkError(error)) throw error;
      }
    }
  },
};
