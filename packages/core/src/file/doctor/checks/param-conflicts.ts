import type { Check } from '../check.ts';

/** Finds params that were logged with different values. */
export const paramConflicts: Check = {
  name: 'param-conflicts',
  meaning: 'A param of a run was logged with different values. The first one wins.',
  *find({ runs }) {
    for (const { runId, paramConflicts: conflicts } of runs) {
      for (const { key, value, rejected } of conflicts) {
        yield {
          severity: 'warning',
          place: runId,
          message: `The param ${JSON.stringify(key)} is ${JSON.stringify(value)}, but was also logged as ${rejected.map((text) => JSON.stringify(text)).join(', ')}. The merge gate refuses such a run.`,
        };
      }
    }
  },
};
