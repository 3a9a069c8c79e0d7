import { type Experiment, type Store, TidemarkError } from '@tidemark/core';

/** Finds an experiment by its id or its name. Live ones come before deleted ones. @throws EXPERIMENT_NOT_FOUND */
export async function findExperiment(store: Store, said: string): Promise<Experiment> {
  const all = await store.experiments();
  const named = all.filter(({ name }) => name === said);
  const found =
    named.find(({ lifecycleStage }) => lifecycleStage === 'active') ??
    named[0] ??
    all.find(({ experimentId }) => experimentId === said);
  if (found !== undefined) return found;
  throw new TidemarkError(
    'EXPERIMENT_NOT_FOUND',
    `No experiment has the name or the id ${JSON.stringify(said)}. List them with: tidemark experiments`,
  );
}
