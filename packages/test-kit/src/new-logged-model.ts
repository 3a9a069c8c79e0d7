import type { ExperimentId, LoggedModel, Store } from '@tidemark/core';

/** A logged model with one file, ready to be registered. */
export async function newLoggedModel(store: Store): Promise<LoggedModel> {
  const { modelId, experimentId } = await store.createLoggedModel({
    experimentId: '0' as ExperimentId,
    name: 'm',
    creationTimeMs: 1,
  });
  const owner = { kind: 'model', experimentId, modelId } as const;
  const file = await store.artifacts.write(owner, 'weights', new TextEncoder().encode(modelId));
  await store.append([
    { kind: 'artifact', owner: { model: modelId }, file },
    { kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' },
  ]);
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) throw new Error('the model was lost');
  return model;
}
