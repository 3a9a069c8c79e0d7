import { isTidemarkError } from '../../../errors.ts';
import { planGarbage } from '../../gc/plan-garbage.ts';
import type { Check } from '../check.ts';

/** Finds purged bytes that are still on the disk. */
export const purgedRemains: Check = {
  name: 'purged-remains',
  meaning: 'Something was purged. No reader shows it, but its bytes are still in the store.',
  async *find({ folder, nowMs }) {
    try {
      const { rewrites, removals, leftOut } = await planGarbage(folder, { nowMs });
      const files = removals.filter(({ why }) => why === 'purged').map(({ path }) => path);
      for (const place of [...rewrites.map(({ file }) => file), ...files]) {
        yield {
          severity: 'warning',
          place,
          message: 'Remove its bytes from the disk: tidemark gc --yes',
        };
      }
      for (const place of leftOut) {
        const message =
          'This log may have purged bytes. "tidemark gc" does not change it, because a process may still write to it or it cannot be read. Run it again after the log is closed or repaired.';
        yield { severity: 'warning', place, message };
      }
    } catch (error) {
      // If the registry is damaged, gc removes nothing, and another check reports the damage.
      if (!isTidemarkError(error, 'STORE_DAMAGED')) throw error;
    }
  },
};
