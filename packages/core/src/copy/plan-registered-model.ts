import type { PlainChange } from '../chain/registry-change.ts';
import type { ModelVersion, RegisteredModel, RegistryTag } from '../model/registered-model.ts';
import { COPIED_FROM_TAG } from './copy-context.ts';

/** The version of the target that equals a version of the source, by the number in the source. */
export type Counterparts = ReadonlyMap<number, ModelVersion>;

/**
 * Returns the mark of a version of the source in a target that numbers versions itself. Names and numbers may repeat
 * in other stores; together with the time they identify one version.
 */
export function markOf(name: string, { version, creationTimeMs }: ModelVersion): string {
  return `${name}/${version}@${creationTimeMs}`;
}

/**
 * Finds the versions of the target that equal the versions of the source: by the mark that a copy set on one of the
 * two, otherwise by the number. `isSame` compares two versions with one number.
 */
export function counterpartsOf(
  source: RegisteredModel,
  target: RegisteredModel | undefined,
  isSame: (source: ModelVersion, target: ModelVersion) => boolean,
): Counterparts {
  const found = new Map<number, ModelVersion>();
  for (const version of source.versions) {
    const mark = markOf(source.name, version);
    const there =
      target?.versions.find(
        (candidate) =>
          markIn(candidate) === mark ||
          (markIn(version) !== undefined && markIn(version) === markOf(target.name, candidate)),
      ) ??
      target?.versions.find(
        (candidate) =>
          candidate.version === version.version &&
          [undefined, markIn(version)].includes(markIn(candidate)) &&
          isSame(version, candidate),
      );
    if (there !== undefined) found.set(version.version, there);
  }
  return found;
}

/** Returns the changes that make the versions of both stores equal, and the description and tags of the model. */
export function differences(
  model: RegisteredModel,
  target: RegisteredModel,
  counterparts: Counterparts,
): PlainChange[] {
  const changes: PlainChange[] = [];
  if (model.description !== target.description && model.description !== '') {
    changes.push({ kind: 'model-updated', description: model.description });
  }
  for (const tag of lackingTags(model.tags, target.tags)) {
    changes.push({ kind: 'model-tag-set', tag });
  }
  for (const source of model.versions) {
    const there = counterparts.get(source.version);
    if (there === undefined) continue;
    const { version } = there;
    if (source.description !== there.description && source.description !== '') {
      changes.push({ kind: 'version-updated', version, description: source.description });
    }
    for (const tag of lackingTags(source.tags, there.tags)) {
      // This tag names the origin of a version, which differs between the stores.
      if (tag.key !== COPIED_FROM_TAG) changes.push({ kind: 'version-tag-set', version, tag });
    }
    if (source.stage !== there.stage) {
      const move = { version, from: there.stage, to: source.stage, cause: 'direct' } as const;
      changes.push({ kind: 'stage-set', ...move });
    }
    for (const alias of source.aliases) {
      if (!there.aliases.includes(alias)) changes.push({ kind: 'alias-set', alias, version });
    }
  }
  return changes;
}

function markIn({ tags }: ModelVersion): string | undefined {
  return tags.find(({ key }) => key === COPIED_FROM_TAG)?.value;
}

function lackingTags(
  source: readonly RegistryTag[],
  target: readonly RegistryTag[],
): readonly RegistryTag[] {
  return source.filter(
    ({ key, value }) => !target.some((tag) => tag.key === key && tag.value === value),
  );
}
