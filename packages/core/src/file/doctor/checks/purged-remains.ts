import { planGarbage } from '../../gc/plan-garbage.ts';
import type { Check } from '../check.ts';

/** Finds purged bytes that are still on the disk. */
export const purgedRemains: Check = {
  name: 'purged-remains',
  meaning: 'Something was purged. No reader shows it, but its bytes are still in the store.',
  async *find({ folder, nowMs }) {
    const { rewrites, removals, leftOut } = await planGarbage(folder, { nowMs });
    const files = removals.filter(({ why }) => why === 'purged').map(({ path }) => path);
    for (const place of [...rewrites.map(({ file }) => file), ...files]) {
      yield {
        severity: 'warning',
        place,
        message: 'Remove its bytes from the disk: tidemark gc --yes',
      };
    }
    for (const { file, why } of leftOut) {
      if (why === 'unreadable') {
        const message =
          'This log may have purged bytes. "tidemark gc" does not change it, because it cannot be read. Run it again after the log is repaired.';
        yield { severity: 'warning', place: file, message };
      } else {
        const message =
          'This log has purged bytes. "tidemark gc" does not change it, because a process may still write to it. Run it again after the process has ended.';
        yield { severity: 'note', place: file, message };
      }
    }
  },
};
