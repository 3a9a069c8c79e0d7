import type { RegisteredModel } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import { PARENT_RUN_TAG } from '../model/run-tags.ts';
import { COPIED_FROM_TAG, type CopyContext } from './copy-context.ts';

/**
 * Ids of the forms that stores give: of logged models, of runs (32 hexadecimal digits, or a UUID), of experiments.
 * Shorter ids, such as an experiment `1`, cannot be distinguished from numbers inside a text.
 */
const ID =
  /(?<![0-9a-z])(?:m-[0-9a-f]{32}(?![0-9a-z])|m-[\w-]{1,64}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{15,19})(?![0-9a-z])/gi;

type Ids = Pick<CopyContext, 'to' | 'experiments' | 'runs' | 'models' | 'selected'>;
type Values = Readonly<Record<string, string>>;

/** Whether a text contains something that has the form of an id. */
export function holdsId(text: string): boolean {
  return text.search(ID) !== -1;
}

/** Returns a text of the source in which the ids of copied things are replaced by the ids in the target. */
export function textInTarget(ids: Ids, text: string): string {
  return text.replace(ID, (id) => idInTarget(ids, id) ?? id);
}

/** Returns params or tags of the source with the target's ids in their values. */
export function valuesInTarget(ids: Ids, values: Values): Record<string, string> {
  const entries = Object.entries(values)
    // In a target that chooses ids, this tag has the id of the source.
    .filter(([key]) => key !== COPIED_FROM_TAG || ids.to.capabilities.keepsIds)
    .map(([key, value]): [string, string] => [key, valueInTarget(ids, key, value)]);
  return Object.fromEntries(entries);
}

/** Returns the values without ids of things that are not copied yet. The others are set later. */
export function settledInTarget(ids: Ids, values: Values): Record<string, string> {
  if (ids.to.capabilities.keepsIds) return valuesInTarget(ids, values);
  const isPending = (id: string): boolean =>
    ids.selected.has(id) && idInTarget(ids, id) === undefined;
  const settled = Object.entries(values).filter(
    ([, value]) => !isPending(value) && !(value.match(ID) ?? []).some(isPending),
  );
  return valuesInTarget(ids, Object.fromEntries(settled));
}

/** Returns the datasets of a run of the source, with the target's ids in their sources and tags. */
export function datasetsInTarget(ids: Ids, { datasets }: Run): Run['datasets'] {
  return datasets.map(({ dataset, tags }) => ({
    dataset: { ...dataset, source: textInTarget(ids, dataset.source) },
    tags: valuesInTarget(ids, tags),
  }));
}

/**
 * Returns a registered model of the source, with the target's ids in the texts and tags of the model and its
 * versions.
 */
export function registeredModelInTarget(ids: Ids, model: RegisteredModel): RegisteredModel {
  const tagsOf = <Tag extends { readonly value: string }>(tags: readonly Tag[]): Tag[] =>
    tags.map((tag) => ({ ...tag, value: textInTarget(ids, tag.value) }));
  return {
    ...model,
    description: textInTarget(ids, model.description),
    tags: tagsOf(model.tags),
    versions: model.versions.map((version) => ({
      ...version,
      description: textInTarget(ids, version.description),
      tags: tagsOf(version.tags),
      ...(version.runLink === undefined ? {} : { runLink: textInTarget(ids, version.runLink) }),
    })),
  };
}

function valueInTarget(ids: Ids, key: string, value: string): string {
  if (key === COPIED_FROM_TAG) return value;
  // The whole value is an id of any form.
  if (key === PARENT_RUN_TAG) return idInTarget(ids, value) ?? value;
  return textInTarget(ids, value);
}

function idInTarget({ experiments, runs, models }: Ids, id: string): string | undefined {
  const maps: readonly ReadonlyMap<string, string>[] = [runs, models, experiments];
  return maps.find((map) => map.has(id))?.get(id);
}
