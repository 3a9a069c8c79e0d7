import { TidemarkError } from '../errors.ts';
import type { LoggedModelId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertLoggedModelActive, getLoggedModel } from './find-logged-model.ts';
import { newParams, type ParamValue } from './plan-params.ts';
import { assertTags } from './plan-tags.ts';

/**
 * Sets the final status of a logged model, READY or UPLOAD_FAILED, and returns the updated model.
 * @throws LOGGED_MODEL_NOT_FOUND, LOGGED_MODEL_DELETED, INVALID_ARGUMENT
 */
export async function finalizeLoggedModel(
  store: Store,
  modelId: LoggedModelId,
  status: 'READY' | 'UPLOAD_FAILED',
): Promise<LoggedModel> {
  assertArguments({ store, modelId, status }, 'finalizeLoggedModel', {
    store: 'store',
    modelId: 'string',
    status: 'string',
  });
  if (status !== 'READY' && status !== 'UPLOAD_FAILED') {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `A logged model cannot be finalized with the status ${JSON.stringify(status)}. Give READY or UPLOAD_FAILED.`,
    );
  }
  assertLoggedModelActive(await getLoggedModel(store, modelId));
  await store.append([{ kind: 'model-updated', model: modelId, timeMs: Date.now(), status }]);
  return getLoggedModel(store, modelId);
}

/**
 * Sets tags of a logged model, in place of earlier values. If one is refused, none is set.
 * @throws LOGGED_MODEL_NOT_FOUND, LOGGED_MODEL_DELETED, INVALID_KEY, INVALID_ARGUMENT
 */
export async function setLoggedModelTags(
  store: Store,
  modelId: LoggedModelId,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  assertArguments({ store, modelId, tags }, 'setLoggedModelTags', {
    store: 'store',
    modelId: 'string',
    tags: 'record',
  });
  assertTags(tags);
  assertLoggedModelActive(await getLoggedModel(store, modelId));
  if (Object.keys(tags).length === 0) return;
  await store.append([{ kind: 'model-tags', model: modelId, timeMs: Date.now(), tags }]);
}

/**
 * Deletes a tag of a logged model. Does nothing if the model has no such tag.
 * @throws LOGGED_MODEL_NOT_FOUND, LOGGED_MODEL_DELETED
 */
export async function deleteLoggedModelTag(
  store: Store,
  modelId: LoggedModelId,
  key: string,
): Promise<void> {
  assertArguments({ store, modelId, key }, 'deleteLoggedModelTag', {
    store: 'store',
    modelId: 'string',
    key: 'string',
  });
  const model = await getLoggedModel(store, modelId);
  assertLoggedModelActive(model);
  if (!Object.hasOwn(model.tags, key)) return;
  const tags = Object.fromEntries([[key, null]]);
  await store.append([{ kind: 'model-tags', model: modelId, timeMs: Date.now(), tags }]);
}

/**
 * Adds params to a logged model. A param keeps its first value; you may log the same value again.
 * @throws LOGGED_MODEL_NOT_FOUND, LOGGED_MODEL_DELETED, INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT
 */
export async function logLoggedModelParams(
  store: Store,
  modelId: LoggedModelId,
  params: Readonly<Record<string, ParamValue>>,
): Promise<void> {
  assertArguments({ store, modelId, params }, 'logLoggedModelParams', {
    store: 'store',
    modelId: 'string',
    params: 'record',
  });
  const model = await getLoggedModel(store, modelId);
  assertLoggedModelActive(model);
  const fresh = newParams(params, new Map(Object.entries(model.params)), `model ${modelId}`);
  if (fresh === undefined) return;
  await store.append([{ kind: 'model-params', model: modelId, timeMs: Date.now(), params: fresh }]);
}
