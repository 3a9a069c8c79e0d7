import type { LoggedModelId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { getLoggedModel } from './find-logged-model.ts';

/**
 * Soft-deletes a logged model. Versions that were registered from it keep working. Does nothing if it is deleted
 * already.
 * @throws LOGGED_MODEL_NOT_FOUND
 */
export async function deleteLoggedModel(store: Store, modelId: LoggedModelId): Promise<void> {
  assertArguments({ store, modelId }, 'deleteLoggedModel', { store: 'store', modelId: 'string' });
  return setStage(store, modelId, 'deleted');
}

/** Restores a soft-deleted logged model. @throws LOGGED_MODEL_NOT_FOUND */
export async function restoreLoggedModel(store: Store, modelId: LoggedModelId): Promise<void> {
  assertArguments({ store, modelId }, 'restoreLoggedModel', { store: 'store', modelId: 'string' });
  return setStage(store, modelId, 'active');
}

async function setStage(
  store: Store,
  modelId: LoggedModelId,
  stage: 'active' | 'deleted',
): Promise<void> {
  const { lifecycleStage } = await getLoggedModel(store, modelId);
  if (lifecycleStage === stage) return;
  await store.append([{ kind: 'model-updated', model: modelId, timeMs: Date.now(), stage }]);
}
