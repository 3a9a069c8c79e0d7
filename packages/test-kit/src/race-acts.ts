import {
  type ExperimentId,
  ensureExperiment,
  isTidemarkError,
  type LoggedModelId,
  registerVersion,
  type Store,
  setAlias,
} from '@tidemark/core';

const BY = { name: 'ada', authenticated: false } as const;

/** The names that all racers use. */
export const RACE: {
  readonly experiment: string;
  readonly created: readonly string[];
  readonly model: string;
  readonly alias: string;
} = {
  experiment: 'shared / 共有',
  created: Array.from({ length: 20 }, (_, index) => `created once ${index}`),
  model: 'shared model',
  alias: 'champion',
};

/** The task of a racer. */
export interface RaceTask {
  readonly uri: string;
  readonly modelId: LoggedModelId;
}

/** The result of one racer. */
export interface RaceResult {
  readonly experimentId: ExperimentId;
  readonly runId: string;
  readonly version: number;
  /** The outcome of creating each of the experiments that all racers create: `done`, or the code of the error. */
  readonly created: readonly string[];
}

/** Performs all actions of which only the first caller creates something: an experiment, a version, an alias. */
export async function actInRace(store: Store, modelId: LoggedModelId): Promise<RaceResult> {
  const created: string[] = [];
  for (const name of RACE.created) created.push(await create(store, name));
  const { experimentId } = await ensureExperiment(store, RACE.experiment);
  const { runId } = await store.createRun({
    experimentId,
    name: 'r',
    userId: 'ada',
    startTimeMs: Date.now(),
  });
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) throw new Error('the logged model does not exist');
  const { version } = await registerVersion(store, { name: RACE.model, model, by: BY });
  await setAlias(store, { name: RACE.model, alias: RACE.alias, version, by: BY });
  return { experimentId, runId, version, created };
}

async function create(store: Store, name: string): Promise<string> {
  try {
    await store.createExperiment({ name, creationTimeMs: 1, tags: { a: 'b' } });
    return 'done';
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return error.code;
  }
}
