import { isTidemarkError } from '../../../errors.ts';
import { verifyChain } from '../../../registry/verify-chain.ts';
import type { Check } from '../check.ts';

/** Heads of chains that were noted elsewhere, such as by the merge gate. */
export const expectedHeads: Check = {
  name: 'expected-heads',
  meaning:
    'A commit that was noted in another place is not in the history of the model: the history was rewritten.',
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
