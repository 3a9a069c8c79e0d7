import { isTidemarkError } from '../../../errors.ts';
import { planGarbage } from '../../gc/plan-garbage.ts';
import type { Check } from '../check.ts';

/** Bytes of what was purged that are still on the disk. */
export const purgedRemains: Check = {
  name: 'purged-remains',
  meaning: 'Something was purged: no reader shows it, but its bytes are still in the store.',
  async *find({ folder, nowMs }) {
    try {
      const { rewrites, removals, leftOut } = await planGarbage(folder, { nowMs });
      const files = removals.filter(({ why }) => why === 'purged').map(({ path }) => path);
      for (const place of [...rewrites.map(({ file }) => file), ...files]) {
        yield {
          severity: 'warning',
          place,
          message: 'Take it off the disk with: tidemark gc --yes',
        };
      }
      for (const place of leftOut) {
        const message =
          'A process may still write to this log, or it cannot be read, so "tidemark gc" leaves what it has. Run that after the log is closed or repaired.';
        yield { severity: 'warning', place, message };
      }
    } catch (error) {
      // Where the registry is broken nothing is collected, and its own check tells.
      if (!isTidemarkError(error, 'STORE_DAMAGED')) throw error;
    }
  },
};
