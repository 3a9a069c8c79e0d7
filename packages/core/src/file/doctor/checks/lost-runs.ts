import type { Check } from '../check.ts';

/** Runs that no process is left to end. */
export const lostRuns: Check = {
  name: 'lost-runs',
  meaning: 'The process of a run died without ending it; the run is shown FAILED.',
  *find({ runs }) {
    for (const { runId, name, lostReason } of runs) {
      if (lostReason === undefined) continue;
      yield {
        severity: 'warning',
        place: runId,
        message: `${lostReason} The run ${JSON.stringify(name)} is shown FAILED; resume it by its id to go on, or to end it.`,
      };
    }
  },
};
