import { assertAlias } from '../model/names.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { changeModel } from './commit-changes.ts';
import { getVersion, getVersionByAlias } from './find-version.ts';
import { planAlias } from './plan-transition.ts';

/**
 * Sets an alias to a version. Another version that had the alias loses it.
 *
 * @example
 * ```ts
 * import { setAlias } from '@tidemark/core';
 *
 * const by = { name: 'ada', authenticated: false };
 * await setAlias(store, { name: 'iris', alias: 'champion', version: 3, by });
 * ```
 *
 * @throws INVALID_KEY, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, TRANSITION_REFUSED if a rule forbids it
 */
export async function setAlias(
  store: Store,
  options: { name: string; alias: string; version: number; by: Actor },
): Promise<void> {
  assertArguments({ store }, 'setAlias', { store: 'store' });
  assertOptions(options, 'setAlias', {
    name: 'string',
    alias: 'string',
    version: 'number',
    by: 'actor',
  });
  const { name, alias, version, by } = options;
  assertAlias(alias);
  await changeModel(store, name, by, (model) => {
    const held = getVersion(model, version).aliases.includes(alias);
    return held ? [] : planAlias(model, { version, alias });
  });
}

/** Removes an alias. @throws MODEL_NOT_FOUND, MODEL_ALIAS_NOT_FOUND */
export async function deleteAlias(
  store: Store,
  options: { name: string; alias: string; by: Actor },
): Promise<void> {
  assertArguments({ store }, 'deleteAlias', { store: 'store' });
  assertOptions(options, 'deleteAlias', { name: 'string', alias: 'string', by: 'actor' });
  const { name, alias, by } = options;
  await changeModel(store, name, by, (model) => {
    getVersionByAlias(model, alias);
    return [{ kind: 'alias-deleted', alias }];
  });
}
