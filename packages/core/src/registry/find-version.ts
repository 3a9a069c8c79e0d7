import { TidemarkError } from '../errors.ts';
import type { ModelStage, ModelVersion, RegisteredModel } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import { assertModelExists } from './commit-changes.ts';
import { MODEL_STAGES } from './model-stage.ts';

/** @throws MODEL_NOT_FOUND */
export async function getRegisteredModel(store: Store, name: string): Promise<RegisteredModel> {
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
  const newest = new Map<ModelStage, ModelVersion>();
  for (const version of model.versions) {
    // Oldest first: a later one takes the place, and the order stays.
    if (stages.includes(version.stage)) newest.set(version.stage, version);
  }
  return [...newest.values()];
}

/** @throws MODEL_VERSION_NOT_FOUND */
export function getVersion(model: RegisteredModel, version: number): ModelVersion {
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
  const found = model.versions.find(({ aliases }) => aliases.includes(alias));
  if (found !== undefined) return found;
  const known = model.versions.flatMap(({ aliases }) => aliases);
  throw new TidemarkError(
    'MODEL_ALIAS_NOT_FOUND',
    `The registered model ${JSON.stringify(model.name)} has no alias ${JSON.stringify(alias)}; ${known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`}.`,
    { details: { model: model.name, alias } },
  );
}
