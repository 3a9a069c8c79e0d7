import { outlineOf } from '../../chain/chain-entry.ts';
import type { RegistryEntry, RegistryOutline } from '../../chain/registry-chain.ts';
import type { ModelVersion, RegisteredModel } from '../../model/registered-model.ts';

/** The times of the last update of a version of held models, whose versions may not be parsed yet. */
const updates = new WeakMap<RegisteredModel, number>();

/** Returns a model whose versions, which are most of its data, are parsed when they are first read. */
export function holdModel(
  model: Omit<RegisteredModel, 'versions'>,
  { json, updatedMs }: { readonly json: Buffer; readonly updatedMs: number },
): RegisteredModel {
  let versions: readonly ModelVersion[] | undefined;
  const held: RegisteredModel = {
    ...model,
    get versions(): readonly ModelVersion[] {
      versions ??= JSON.parse(json.toString()) as readonly ModelVersion[];
      return versions;
    },
  };
  updates.set(held, updatedMs);
  return held;
}

/** `outlineOf` without parsing the versions of a held model. */
export function outlineOfHeld(entry: RegistryEntry): RegistryOutline {
  const versionsUpdatedMs = updates.get(entry.model);
  return versionsUpdatedMs === undefined ? outlineOf(entry) : { entry, versionsUpdatedMs };
}
