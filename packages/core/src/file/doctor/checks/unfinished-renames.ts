import { isTidemarkError } from '../../../errors.ts';
import { verifyChain } from '../../../registry/verify-chain.ts';
import type { Check } from '../check.ts';

/** Renames of registered models that stopped half way. */
export const unfinishedRenames: Check = {
  name: 'unfinished-renames',
  meaning: 'A registered model was being renamed when the process ended.',
  async *find({ store }) {
    for (const name of (await store.registry.chains?.names()) ?? []) {
      try {
        const { arrivingFrom } = await verifyChain(store, name);
        if (arrivingFrom === undefined) continue;
        yield {
          severity: 'warning',
          place: name,
          message: `${JSON.stringify(arrivingFrom)} was to be renamed to it, and that stopped half way. Rename it again to finish.`,
        };
      } catch (error) {
        // Another check reports a broken chain.
        if (!isTidemarkError(error)) throw error;
      }
    }
  },
};
