import type {
  Actor,
  ModelVersion,
  RegisteredModel,
  RegistryTag,
} from '../model/registered-model.ts';
import type { RegistryChange } from './registry-change.ts';

/** For which model, when and by whom a change was committed. */
export interface CommitStamp {
  readonly model: string;
  readonly by: Actor;
  readonly atMs: number;
}

/**
 * Applies one committed change: the state after it. `undefined` is the state before the first
 * commit. Throws a plain Error when the change does not fit the state, which a chain made through
 * the registry's functions never shows; readers turn that into STORE_DAMAGED.
 */
export function applyRegistryChange(
  model: RegisteredModel | undefined,
  change: RegistryChange,
  stamp: CommitStamp,
): RegisteredModel {
  if (model === undefined) {
    if (change.kind !== 'model-created') throw new Error(`"${change.kind}" before "model-created"`);
    return {
      name: stamp.model,
      creationTimeMs: stamp.atMs,
      lastUpdateTimeMs: stamp.atMs,
      description: change.description,
      tags: [],
      versions: [],
    };
  }
  return { ...changeModel(model, change, stamp), lastUpdateTimeMs: stamp.atMs };
}

function changeModel(
  model: RegisteredModel,
  change: RegistryChange,
  stamp: CommitStamp,
): RegisteredModel {
  switch (change.kind) {
    case 'model-created':
      throw new Error('"model-created" twice');
    case 'model-updated':
      return { ...model, description: change.description };
    case 'model-tag-set':
      return { ...model, tags: withTag(model.tags, change.tag) };
    case 'model-tag-deleted':
      return { ...model, tags: model.tags.filter((tag) => tag.key !== change.key) };
    case 'version-created': {
      if (model.versions.some(({ version }) => version === change.version)) {
        throw new Error(`version ${change.version} twice`);
      }
      const { kind: _, ...facts } = change;
      const version: ModelVersion = {
        ...facts,
        creationTimeMs: stamp.atMs,
        lastUpdateTimeMs: stamp.atMs,
        createdBy: stamp.by,
        tags: [],
        aliases: [],
      };
      return { ...model, versions: [...model.versions, version] };
    }
    case 'version-updated':
      return changeVersion(model, change.version, stamp, (version) => ({
        ...version,
        description: change.description,
      }));
    case 'version-tag-set':
      return changeVersion(model, change.version, stamp, (version) => ({
        ...version,
        tags: withTag(version.tags, change.tag),
      }));
    case 'version-tag-deleted':
      return changeVersion(model, change.version, stamp, (version) => ({
        ...version,
        tags: version.tags.filter((tag) => tag.key !== change.key),
      }));
    case 'alias-set':
      return changeVersion(withoutAlias(model, change.alias), change.version, stamp, (version) => ({
        ...version,
        aliases: [...version.aliases, change.alias].sort(),
      }));
    case 'alias-deleted':
      return withoutAlias(model, change.alias);
  }
}

function changeVersion(
  model: RegisteredModel,
  number: number,
  stamp: CommitStamp,
  change: (version: ModelVersion) => ModelVersion,
): RegisteredModel {
  if (!model.versions.some(({ version }) => version === number)) {
    throw new Error(`version ${number} does not exist`);
  }
  return {
    ...model,
    versions: model.versions.map((version) =>
      version.version === number ? { ...change(version), lastUpdateTimeMs: stamp.atMs } : version,
    ),
  };
}

function withTag(tags: readonly RegistryTag[], tag: RegistryTag): RegistryTag[] {
  return [...tags.filter(({ key }) => key !== tag.key), tag].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
}

function withoutAlias(model: RegisteredModel, alias: string): RegisteredModel {
  return {
    ...model,
    versions: model.versions.map((version) =>
      version.aliases.includes(alias)
        ? { ...version, aliases: version.aliases.filter((name) => name !== alias) }
        : version,
    ),
  };
}
