import type { Check } from '../check.ts';

/** Finds runs whose owners all died before they ended the run. */
export const lostRuns: Check = {
  name: 'lost-runs',
  meaning: 'The process of a run died before it ended the run. Readers show the run as FAILED.',
  *find({ runs }) {
    for (const { runId, name, lostReason } of runs) {
      if (lostReason === undefined) continue;
      yield {
        severity: 'warning',
        place: runId,
        message: `${lostReason} Readers show the run ${JSON.stringify(name)} as FAILED. To continue or end it, resume it by its id.`,
      };
    }
  },
};
