import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ModelStage, ModelVersion, RegisteredModel } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { assertModelExists } from './commit-changes.ts';
import type { VersionAddress } from './model-address.ts';
import { MODEL_STAGES } from './model-stage.ts';

/** Returns a registered model. @throws MODEL_NOT_FOUND */ export async function getRegisteredModel(
  store: Store,
  name: string,
): Promise<RegisteredModel> {
  assertArguments({ store, name }, 'getRegisteredModel', { store: 'store', name: 'string' });
  const entry = await store.registry.read(name);
  if (entry === undefined) {
    // The chain is only read for the message, which says why the model does not exist.
    assertModelExists(name, entry, (await store.registry.chains?.read(name))?.ended);
  }
  return entry.model;
}

/**
 * Returns the newest version of each of `stages` (default: of every stage that has one), in the order of the oldest
 * version in each stage, as MLflow's get-latest-versions does.
 */
export function latestVersions(
  model: RegisteredModel,
  stages: readonly ModelStage[] = MODEL_STAGES,
): ModelVersion[] {
  assertArguments({ model, stages }, 'latestVersions', { model: 'model', stages: 'strings' });
  const newest = new Map<ModelStage, ModelVersion>();
  for (const version of model.versions) {
    // From the oldest: a later version replaces the earlier one and keeps its place in the order.
    if (stages.includes(version.stage)) newest.set(version.stage, version);
  }
  return [...newest.values()];
}

/** Returns a version by its number. @throws MODEL_VERSION_NOT_FOUND */ export function getVersion(
  model: RegisteredModel,
  version: number,
): ModelVersion {
  assertArguments({ model, version }, 'getVersion', { model: 'model', version: 'number' });
  const found = model.versions.find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  const newest = model.versions.at(-1)?.version;
  throw new TidemarkError(
    'MODEL_VERSION_NOT_FOUND',
    `The registered model ${JSON.stringify(model.name)} has no version ${version}; ${newest === undefined ? 'it has no versions yet' : `its newest is ${newest}`}. Give another number.`,
    { details: { model: model.name, version } },
  );
}

/** Returns the version with an alias. @throws MODEL_ALIAS_NOT_FOUND */ export function getVersionByAlias(
  model: RegisteredModel,
  alias: string,
): ModelVersion {
  assertArguments({ model, alias }, 'getVersionByAlias', { model: 'model', alias: 'string' });
  const found = model.versions.find(({ aliases }) => aliases.includes(alias));
  if (found !== undefined) return found;
  const known = model.versions.flatMap(({ aliases }) => aliases);
  throw new TidemarkError(
    'MODEL_ALIAS_NOT_FOUND',
    `The registered model ${JSON.stringify(model.name)} has no alias ${JSON.stringify(alias)}; ${known.length === 0 ? 'it has no aliases' : `it has ${known.join(', ')}`}. Set the alias first, or use another.`,
    { details: { model: model.name, alias } },
  );
}

/**
 * Returns the version of a registered model that an address names; for a stage, its newest version.
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
        `The registered model ${JSON.stringify(model.name)} has no version in ${address.stage}; ${known.length === 0 ? 'it has no versions yet' : `it has versions in ${known.join(', ')}`}. Use another stage, or a version number.`,
        { details: { model: model.name, stage: address.stage } },
      );
    }
  }
}
