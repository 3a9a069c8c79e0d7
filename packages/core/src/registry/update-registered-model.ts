import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type {
  Actor,
  ModelVersion,
  ModelVersionStatus,
  RegisteredModel,
} from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { assertText } from './assert-text.ts';
import { changeModel } from './commit-changes.ts';
import { getVersion } from './find-version.ts';

/** Sets the description of a registered model. @throws MODEL_NOT_FOUND, INVALID_ARGUMENT */
export async function updateRegisteredModel(
  store: Store,
  options: { name: string; description: string; by: Actor },
): Promise<RegisteredModel> {
  assertArguments({ store }, 'updateRegisteredModel', { store: 'store' });
  assertOptions(options, 'updateRegisteredModel', {
    name: 'string',
    description: 'string',
    by: 'actor',
  });
  const { name, description, by } = options;
  assertText(description, 'description');
  const { model } = await changeModel(store, name, by, () => [
    { kind: 'model-updated', description },
  ]);
  return model;
}

/** Sets the description of a version. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, INVALID_ARGUMENT */
export async function updateModelVersion(
  store: Store,
  options: { name: string; version: number; description: string; by: Actor },
): Promise<ModelVersion> {
  assertArguments({ store }, 'updateModelVersion', { store: 'store' });
  assertOptions(options, 'updateModelVersion', {
    name: 'string',
    version: 'number',
    description: 'string',
    by: 'actor',
  });
  const { name, version, description, by } = options;
  assertText(description, 'description');
  const { model } = await changeModel(store, name, by, (before) => {
    getVersion(before, version);
    return [{ kind: 'version-updated', version, description }];
  });
  return getVersion(model, version);
}

/**
 * Sets the status of a version: whether it can be used, and why not. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export async function setVersionStatus(
  store: Store,
  options: {
    name: string;
    version: number;
    status: ModelVersionStatus;
    statusMessage?: string;
    by: Actor;
  },
): Promise<ModelVersion> {
  assertArguments({ store }, 'setVersionStatus', { store: 'store' });
  assertOptions(options, 'setVersionStatus', {
    name: 'string',
    version: 'number',
    status: 'string',
    statusMessage: 'string?',
    by: 'actor',
  });
  const { name, version, status, statusMessage, by } = options;
  const { model } = await changeModel(store, name, by, (before) => {
    getVersion(before, version);
    const why = statusMessage === undefined ? {} : { statusMessage };
    return [{ kind: 'version-status-set', version, status, ...why }];
  });
  return getVersion(model, version);
}
