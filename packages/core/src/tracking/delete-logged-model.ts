import type { LoggedModelId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';
import { getLoggedModel } from './find-logged-model.ts';

/**
 * Deletes a logged model softly; versions that were registered from it keep working. One that is
 * deleted already stays so.
 * @throws LOGGED_MODEL_NOT_FOUND
 */
export function deleteLoggedModel(store: Store, modelId: LoggedModelId): Promise<void> {
  return setStage(store, modelId, 'deleted');
}

/** Brings a deleted logged model back. @throws LOGGED_MODEL_NOT_FOUND */
export function restoreLoggedModel(store: Store, modelId: LoggedModelId): Promise<void> {
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
