import { isTidemarkError, TidemarkError } from '../errors.ts';
import type { Actor } from '../model/registered-model.ts';
import type { RegistryEntry, Store } from '../store/store.ts';
import type { RegistryChange } from './registry-change.ts';

/** How often a plan is made anew because somebody else committed first. */
const ATTEMPTS = 20;

/**
 * Reads a registered model, plans changes from its state, and commits them at once; when somebody
 * else committed in between, plans anew. An empty plan commits nothing.
 * @throws REGISTRY_CONFLICT when others keep winning; whatever `plan` throws
 */
export async function commitChanges(
  store: Store,
  name: string,
  by: Actor,
  plan: (entry: RegistryEntry | undefined) => readonly RegistryChange[],
): Promise<RegistryEntry> {
  for (let attempt = 1; ; attempt += 1) {
    const entry = await store.registry.read(name);
    const changes = plan(entry);
    if (changes.length === 0) {
      assertModelExists(name, entry);
      return entry;
    }
    try {
      return await store.registry.commit(name, entry?.head, { by, atMs: Date.now(), changes });
    } catch (error) {
      if (!isTidemarkError(error, 'REGISTRY_CONFLICT') || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The entry of a model that has to exist. @throws MODEL_NOT_FOUND */
export function assertModelExists(
  name: string,
  entry: RegistryEntry | undefined,
): asserts entry is RegistryEntry {
  if (entry !== undefined) return;
  throw new TidemarkError(
    'MODEL_NOT_FOUND',
    `No registered model has the name ${JSON.stringify(name)}. List them with: tidemark models`,
    { details: { model: name } },
  );
}
