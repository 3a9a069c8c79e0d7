import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abandonedPartials } from '../../gc/partial-files.ts';
import type { Check } from '../check.ts';

/** Files that were being written when their process ended. */
export const partialFiles: Check = {
  name: 'partial-files',
  meaning: 'A process ended while it wrote a file; no reader uses the rest.',
  *find({ folder, nowMs }) {
    for (const { path, bytes } of abandonedPartials(folder, nowMs)) {
      yield {
        severity: 'note',
        place: path,
        message: `Untouched for a day, ${bytes} bytes.`,
        fix: 'Removes it.',
        fixed: 'Removed it.',
      };
    }
  },
  async fix({ folder }, { place }) {
    await rm(join(folder, place), { force: true });
  },
};
