import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { changeModel } from './commit-changes.ts';
import { getVersion } from './find-version.ts';

/**
 * Deletes a registered model with all its versions. Its history and the files of its versions stay. Its version
 * numbers are never assigned again.
 * @throws MODEL_NOT_FOUND
 */
export async function deleteRegisteredModel(
  store: Store,
  options: { name: string; by: Actor },
): Promise<void> {
  assertArguments({ store }, 'deleteRegisteredModel', { store: 'store' });
  assertOptions(options, 'deleteRegisteredModel', { name: 'string', by: 'actor' });
  await changeModel(store, options.name, options.by, () => [{ kind: 'model-deleted' }]);
}

/**
 * Deletes a version with its aliases, tags, requests and comments. Its number is never assigned again.
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export async function deleteModelVersion(
  store: Store,
  options: { name: string; version: number; by: Actor },
): Promise<void> {
  assertArguments({ store }, 'deleteModelVersion', { store: 'store' });
  assertOptions(options, 'deleteModelVersion', { name: 'string', version: 'number', by: 'actor' });
  const { name, version, by } = options;
  await changeModel(store, name, by, (model) => {
    getVersion(model, version);
    return [{ kind: 'version-deleted', version }];
  });
}
