import { reusedNumber } from '../chain/chain-fold.ts';
import type { ModelArrived } from '../chain/changes/model-arrived.ts';
import type { RegistryChain, RegistryEntry } from '../chain/registry-chain.ts';
import { isTidemarkError, TidemarkError } from '../errors.ts';
import { assertModelName } from '../model/names.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, RegisteredModel } from '../model/registered-model.ts';
import type { StoredChains } from '../port/registry-store.ts';
import type { Store } from '../port/store.ts';
import { assertModelExists, changeModel, nameIsHeld } from './commit-changes.ts';
import { modelExists } from './create-registered-model.ts';

/** The most attempts to rename while other processes change the model first. */
const ATTEMPTS = 20;

/** Options of `renameRegisteredModel`. */
export interface RenameOptions {
  readonly name: string;
  readonly newName: string;
  readonly by: Actor;
}

/**
 * Renames a registered model. This takes two commits. The first, in the chain of the new name, takes over the model
 * as it is at the head of the old chain, and reserves the name. The second ends the old chain, and decides: before it
 * the model has its old name, and a change by another process cancels the rename; after it the model has the new
 * name. If this process dies in between, call the function again to finish the rename.
 *
 * @example
 * ```ts
 * import { renameRegisteredModel } from '@tidemark/core';
 *
 * const by = { name: 'ada', authenticated: false };
 * await renameRegisteredModel(store, { name: 'iris', newName: 'flowers', by });
 * ```
 *
 * @throws INVALID_KEY, MODEL_NOT_FOUND; MODEL_EXISTS also if a version number would mean two versions;
 * REGISTRY_CONFLICT while another rename holds the new name
 */
export async function renameRegisteredModel(
  store: Store,
  options: RenameOptions,
): Promise<RegisteredModel> {
  assertArguments({ store }, 'renameRegisteredModel', { store: 'store' });
  assertOptions(options, 'renameRegisteredModel', {
    name: 'string',
    newName: 'string',
    by: 'actor',
  });
  const { name, newName, by } = options;
  assertModelName(newName);
  const { chains } = store.registry;
  if (name === newName) throw modelExists(newName);
  if (chains === undefined) {
    const end = { kind: 'model-renamed', to: newName } as const;
    return { ...(await changeModel(store, name, by, () => [end])).model, name: newName };
  }
  let hasBegun = false;
  for (let attempt = 1; ; attempt += 1) {
    const plan = await planRename(chains, options, hasBegun);
    if (plan.step === 'done') return plan.model;
    try {
      if (plan.step === 'arrive') {
        await store.registry.commit(newName, plan.target?.head, {
          by,
          atMs: Date.now(),
          changes: [plan.arrival],
        });
        hasBegun = true;
      }
      const changes = [{ kind: 'model-renamed', to: newName } as const];
      await store.registry.commit(name, plan.old.head, { by, atMs: Date.now(), changes });
      hasBegun = true;
    } catch (error) {
      if (!isTidemarkError(error, 'REGISTRY_CONFLICT') || attempt === ATTEMPTS) throw error;
    }
  }
}

type Plan =
  | { readonly step: 'done'; readonly model: RegisteredModel }
  | { readonly step: 'end'; readonly old: RegistryEntry }
  | {
      readonly step: 'arrive';
      readonly old: RegistryEntry;
      readonly target: RegistryChain | undefined;
      readonly arrival: ModelArrived;
    };

async function planRename(
  chains: StoredChains,
  { name, newName }: RenameOptions,
  hasBegun: boolean,
): Promise<Plan> {
  const old = await chains.read(name);
  const target = await chains.read(newName);
  if (hasBegun && old?.ended?.to === newName && target?.model !== undefined) {
    return { step: 'done', model: target.model };
  }
  if (target?.model !== undefined) throw modelExists(newName);
  const entry = old?.model && { model: old.model, head: old.head };
  assertModelExists(name, entry, old?.ended);
  const arrival: ModelArrived = {
    kind: 'model-arrived',
    from: { name, ...entry.head },
    model: { ...entry.model, name: newName },
    lastVersion: old?.lastVersion ?? 0,
  };
  if (target?.arriving !== undefined) {
    if (target.arriving.from.hash === entry.head.hash) return { step: 'end', old: entry };
    throw nameIsHeld(newName, target.arriving);
  }
  const reused = target && reusedNumber(target, arrival);
  if (reused !== undefined) {
    throw new TidemarkError(
      'MODEL_EXISTS',
      `The name ${JSON.stringify(newName)} belonged to an earlier model, so its version ${reused} would mean two versions. Choose a name that had no such version.`,
      { details: { model: newName, version: reused } },
    );
  }
  return { step: 'arrive', old: entry, target, arrival };
}
