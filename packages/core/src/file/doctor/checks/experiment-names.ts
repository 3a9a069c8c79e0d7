import type { Check } from '../check.ts';

/** Live experiments that bear one name, as when two stores were copied together. */
export const experimentNames: Check = {
  name: 'experiment-names',
  meaning: 'Two live experiments have one name; the name means the one that was created first.',
  *find({ experiments }) {
    const first = new Map<string, string>();
    for (const { name, experimentId, lifecycleStage } of experiments) {
      if (lifecycleStage !== 'active') continue;
      const holder = first.get(name);
      if (holder === undefined) {
        first.set(name, experimentId);
        continue;
      }
      yield {
        severity: 'warning',
        place: experimentId,
        message: `The experiment ${holder} has the name ${JSON.stringify(name)} too, and keeps it. Give this one another: tidemark experiments rename ${experimentId} <name>`,
      };
    }
  },
};
