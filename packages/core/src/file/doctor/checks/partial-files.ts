import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abandonedPartials } from '../../gc/partial-files.ts';
import type { Check } from '../check.ts';

/** Finds files that their process did not finish writing. */
export const partialFiles: Check = {
  name: 'partial-files',
  meaning: 'A process ended while it wrote a file. No reader uses the incomplete file.',
  *find({ folder, nowMs }) {
    for (const { path, bytes } of abandonedPartials(folder, nowMs)) {
      yield {
        severity: 'note',
        place: path,
        message: `It has ${bytes} bytes, and was not written for a day.`,
        fix: 'Removes it.',
        fixed: 'Removed it.',
      };
    }
  },
  async fix({ folder }, { place }) {
    await rm(join(folder, place), { force: true });
  },
};
