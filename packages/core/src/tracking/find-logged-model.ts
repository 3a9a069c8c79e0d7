import { TidemarkError } from '../errors.ts';
import type { LoggedModelId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';

/** Returns a logged model, live or deleted. @throws LOGGED_MODEL_NOT_FOUND */ export async function getLoggedModel(
  store: Store,
  modelId: LoggedModelId,
): Promise<LoggedModel> {
  assertArguments({ store, modelId }, 'getLoggedModel', { store: 'store', modelId: 'string' });
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model !== undefined) return model;
  throw new TidemarkError(
    'LOGGED_MODEL_NOT_FOUND',
    `No logged model has the id ${JSON.stringify(modelId)} in ${store.uri}. Check the id, and that it belongs to this store.`,
    { details: { modelId } },
  );
}

/** Checks that a logged model is not soft-deleted. @throws LOGGED_MODEL_DELETED */ export function assertLoggedModelActive(
  model: LoggedModel,
): void {
  assertArguments({ model }, 'assertLoggedModelActive', { model: 'object' });
  if (model.lifecycleStage === 'active') return;
  throw new TidemarkError(
    'LOGGED_MODEL_DELETED',
    `The logged model ${model.modelId} is deleted. Restore it before you write to it.`,
    { details: { modelId: model.modelId } },
  );
}
