import { isTidemarkError } from '../../../errors.ts';
import { verifyChain } from '../../../registry/verify-chain.ts';
import type { Check } from '../check.ts';

/** Compares the heads of chains with those that you noted elsewhere, such as from the merge gate. */
export const expectedHeads: Check = {
  name: 'expected-heads',
  meaning:
    'The history of a model does not have the commit of --expect-head: the history was rewritten.',
  async *find({ store, expectHeads }) {
    for (const [name, expectHead] of expectHeads) {
      try {
        await verifyChain(store, name, { expectHead });
      } catch (error) {
        if (!isTidemarkError(error)) throw error;
        yield { severity: 'error', place: name, message: error.message };
      }
    }
  },
};
