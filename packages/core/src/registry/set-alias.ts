import { assertAlias } from '../model/names.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import { assertModelExists, commitChanges } from './commit-changes.ts';
import { getVersion, getVersionByAlias } from './find-version.ts';

/** Points an alias at a version; it leaves the version that had it. @throws INVALID_KEY, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
export async function setAlias(
  store: Store,
  options: { name: string; alias: string; version: number; by: Actor },
): Promise<void> {
  const { name, alias, version, by } = options;
  assertAlias(alias);
  await commitChanges(store, name, by, (entry) => {
    assertModelExists(name, entry);
    const held = getVersion(entry.model, version).aliases.includes(alias);
    return held ? [] : [{ kind: 'alias-set', alias, version }];
  });
}

/** Takes an alias away. @throws MODEL_NOT_FOUND, MODEL_ALIAS_NOT_FOUND */
export async function deleteAlias(
  store: Store,
  options: { name: string; alias: string; by: Actor },
): Promise<void> {
  const { name, alias, by } = options;
  await commitChanges(store, name, by, (entry) => {
    assertModelExists(name, entry);
    getVersionByAlias(entry.model, alias);
    return [{ kind: 'alias-deleted', alias }];
  });
}
