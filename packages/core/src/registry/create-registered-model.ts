import type { RegistryChange } from '../chain/registry-change.ts';
import { TidemarkError } from '../errors.ts';
import { assertModelName } from '../model/names.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, RegisteredModel } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { assertText } from './assert-text.ts';
import { commitChanges } from './commit-changes.ts';
import { planTag } from './set-tag.ts';

/** Options of `createRegisteredModel`. */
export interface CreateRegisteredModelOptions {
  readonly name: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly by: Actor;
}

/**
 * Creates a registered model without versions. You can use the name of a deleted model again; the version numbers
 * continue after its last.
 *
 * @example
 * ```ts
 * import { createRegisteredModel } from '@tidemark/core';
 *
 * const by = { name: 'ada', authenticated: false };
 * await createRegisteredModel(store, { name: 'iris', description: 'Classifies flowers.', by });
 * ```
 *
 * @throws INVALID_KEY, INVALID_ARGUMENT, MODEL_EXISTS; REGISTRY_CONFLICT while a rename holds the name
 */
export async function createRegisteredModel(
  store: Store,
  options: CreateRegisteredModelOptions,
): Promise<RegisteredModel> {
  assertArguments({ store }, 'createRegisteredModel', { store: 'store' });
  assertOptions(options, 'createRegisteredModel', {
    name: 'string',
    description: 'string?',
    tags: 'texts?',
    by: 'actor',
  });
  const { name, description = '', tags = {}, by } = options;
  assertModelName(name);
  assertText(description, 'description');
  const tagged = Object.entries(tags).map(
    ([key, value]): RegistryChange => ({ kind: 'model-tag-set', tag: planTag(key, value, by) }),
  );
  const { model } = await commitChanges(store, name, by, (entry) => {
    if (entry !== undefined) throw modelExists(name);
    return [{ kind: 'model-created', description }, ...tagged];
  });
  return model;
}

/** Returns the error for a name that a registered model has already. */
export function modelExists(name: string): TidemarkError {
  return new TidemarkError(
    'MODEL_EXISTS',
    `A registered model has the name ${JSON.stringify(name)} already. Use it, or choose another name.`,
    { details: { model: name } },
  );
}
