import { LAYOUT } from '../../layout.ts';
import type { Check } from '../check.ts';

/** Lines that reading the logs had to pass over. */
export const logLines: Check = {
  name: 'log-lines',
  meaning:
    'A line of a log cannot be understood, or was written by a newer version; it is passed over.',
  *find({ damage }) {
    for (const { file, offset, reason } of damage) {
      // A file without a header is told by its own check.
      if (!file.startsWith(`${LAYOUT.logs}/`) || offset === 0) continue;
      yield {
        severity: reason.includes('is not known here') ? 'warning' : 'error',
        place: file,
        message: `At byte ${offset} ${reason}. ${reason.includes('is not known here') ? 'A newer version of Tidemark reads it.' : 'Restore the log from a copy, if there is one; the lines around it are read.'}`,
      };
    }
  },
};
