import type { Check } from '../check.ts';

/** Finds active experiments with the same name, such as after two stores were copied together. */
export const experimentNames: Check = {
  name: 'experiment-names',
  meaning:
    'Two active experiments have the same name. The name means the one that was created first.',
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
        message: `The experiment ${holder} has the name ${JSON.stringify(name)} too, and was created first. Rename this one: tidemark experiments rename ${experimentId} <name>`,
      };
    }
  },
};
