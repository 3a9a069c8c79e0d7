import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ModelStage, ModelVersion, RegisteredModel } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { assertModelExists } from './commit-changes.ts';
import type { VersionAddress } from './model-address.ts';
import { MODEL_STAGES } from './model-stage.ts';

/** @throws MODEL_NOT_FOUND */
export async function getRegisteredModel(store: Store, name: string): Promise<RegisteredModel> {
  assertArguments({ store, name }, 'getRegisteredModel', { store: 'store', name: 'string' });
  const entry = await store.registry.read(name);
  if (entry === undefined) {
    // Only for the message: where the model went.
    assertModelExists(name, entry, (await store.registry.chains?.read(name))?.ended);
  }
  return entry.model;
}

/**
 * The newest version of each stage, of those that were asked for (default: of every stage that has one), in
 * the order in which the versions came to the stages first. As MLflow's get-latest-versions.
 */
export function latestVersions(
  model: RegisteredModel,
  stages: readonly ModelStage[] = MODEL_STAGES,
): ModelVersion[] {
  assertArguments({ model, stages }, 'latestVersions', { model: 'model', stages: 'strings' });
  const newest = new Map<ModelStage, ModelVersion>();
  for (const version of model.versions) {
    // Oldest first: a later one takes the place, and the order stays.
    if (stages.includes(version.stage)) newest.set(version.stage, version);
  }
  return [...newest.values()];
}

/** @throws MODEL_VERSION_NOT_FOUND */
export function getVersion(model: RegisteredModel, version: number): ModelVersion {
  assertArguments({ model, version }, 'getVersion', { model: 'model', version: 'number' });
  const found = model.versions.find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  const newest = model.versions.at(-1)?.version;
  throw new TidemarkError(
    'MODEL_VERSION_NOT_FOUND',
    `The registered model ${JSON.stringify(model.name)} has no version ${version}; ${newest === undefined ? 'it has none yet' : `its newest is ${newest}`}.`,
    { details: { model: model.name, version } },
  );
}

/** @throws MODEL_ALIAS_NOT_FOUND */
export function getVersionByAlias(model: RegisteredModel, alias: string): ModelVersion {
  assertArguments({ model, alias }, 'getVersionByAlias', { model: 'model', alias: 'string' });
  const found = model.versions.find(({ aliases }) => aliases.includes(alias));
  if (found !== undefined) return found;
  const known = model.versions.flatMap(({ aliases }) => aliases);
  throw new TidemarkError(
    'MODEL_ALIAS_NOT_FOUND',
    `The registered model ${JSON.stringify(model.name)} has no alias ${JSON.stringify(alias)}; ${known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`}.`,
    { details: { model: model.name, alias } },
  );
}

/**
 * The version of a registered model that an address of it names; of a stage the newest there.
 * @throws MODEL_VERSION_NOT_FOUND, MODEL_ALIAS_NOT_FOUND
 */
export function versionAt(model: RegisteredModel, address: VersionAddress): ModelVersion {
  assertArguments({ model, address }, 'versionAt', { model: 'model', address: 'object' });
  switch (address.kind) {
    case 'version':
      return getVersion(model, address.version);
    case 'alias':
      return getVersionByAlias(model, address.alias);
    case 'latest':
      return getVersion(model, model.versions.at(-1)?.version ?? 1);
    case 'stage': {
      const [newest] = latestVersions(model, [address.stage]);
      if (newest !== undefined) return newest;
      const known = [...new Set(model.versions.map(({ stage }) => stage))];
      throw new TidemarkError(
        'MODEL_VERSION_NOT_FOUND',
        `The registered model ${JSON.stringify(model.name)} has no version in ${address.stage}; ${known.length === 0 ? 'it has none yet' : `it has versions in ${known.join(', ')}`}.`,
        { details: { model: model.name, stage: address.stage } },
      );
    }
  }
}
