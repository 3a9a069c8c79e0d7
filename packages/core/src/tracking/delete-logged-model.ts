import type { LoggedModelId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { getLoggedModel } from './find-logged-model.ts';

/**
 * Deletes a logged model softly; versions that were registered from it keep working. One that is
 * deleted already stays so.
 * @throws LOGGED_MODEL_NOT_FOUND
 */
export async function deleteLoggedModel(store: Store, modelId: LoggedModelId): Promise<void> {
  assertArguments({ store, modelId }, 'deleteLoggedModel', { store: 'store', modelId: 'string' });
  return setStage(store, modelId, 'deleted');
}

/** Brings a deleted logged model back. @throws LOGGED_MODEL_NOT_FOUND */
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
