import { isTidemarkError } from '../errors.ts';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import {
  type CreateRegisteredModelOptions,
  createRegisteredModel,
} from './create-registered-model.ts';
import { getRegisteredModel } from './find-version.ts';

/**
 * Returns the registered model of this name, and creates it if it does not exist. If another process creates it at
 * the same time, returns that one, with the description and tags of the other process.
 * @throws INVALID_KEY, INVALID_ARGUMENT; REGISTRY_CONFLICT while a rename holds the name
 */
export async function ensureRegisteredModel(
  store: Store,
  options: CreateRegisteredModelOptions,
): Promise<RegisteredModel> {
  try {
    return await createRegisteredModel(store, options);
  } catch (error) {
    if (!isTidemarkError(error, 'MODEL_EXISTS')) throw error;
    return getRegisteredModel(store, options.name);
  }
}
