import { startRun } from '@tidemark/client';
import {
  createModelVersion,
  createRegisteredModel,
  MemoryStore,
  requestTransition,
  type Store,
  setAlias,
} from '@tidemark/core';

const BY = { name: 'ada', authenticated: false };
const STEPS = 2000;

/** Returns a store with an experiment of 300 runs, the last one with a spike in its loss, and a model with two versions. */
export async function logPenguins(): Promise<Store> {
  const store = new MemoryStore();
  for (let seed = 0; seed < 300; seed += 1) {
    const name = `mlp-${seed}`;
    await startRun({ store, experiment: 'penguins', name, environment: false }, async (run) => {
      await run.logParams({ lr: 10 ** -(1 + (seed % 3)), seed, optimizer: 'adam' });
      await run.logMetric('f1', seed / 300);
      if (seed >= 298) {
        const values = Array.from({ length: STEPS }, (_, step) => Math.exp(-step / 500));
        if (seed === 299) values[777] = 5;
        await run.logMetricSeries('train/loss', { values });
      }
    });
  }
  await createRegisteredModel(store, {
    name: 'penguins',
    description: 'Which penguin it is.',
    by: BY,
  });
  for (const description of ['the first', 'the second']) {
    await createModelVersion(store, {
      name: 'penguins',
      source: 's3://models/p',
      description,
      by: BY,
    });
  }
  await setAlias(store, { name: 'penguins', alias: 'champion', version: 1, by: BY });
  const target = { kind: 'alias', alias: 'champion' } as const;
  const comment = 'better on females';
  await requestTransition(store, { name: 'penguins', version: 2, target, comment, by: BY });
  return store;
}
