import type {
  ModelVersion,
  RegisteredModel,
  RegistryComment,
  RegistryTag,
  TransitionRequest,
} from '../model/registered-model.ts';
import type { CommitStamp } from './commit-stamp.ts';

// Functions that the joins of registry changes share. They throw a plain Error for a change that does not fit the
// model.

/** Updates a version, and sets the time of its last update. */
export function changeVersion(
  model: RegisteredModel,
  number: number,
  { atMs }: CommitStamp,
  alter: (version: ModelVersion) => Partial<ModelVersion>,
): RegisteredModel {
  return alterVersion(model, number, (version) => ({
    ...alter(version),
    lastUpdateTimeMs: atMs,
  }));
}

/** Changes a version without setting the time of its last update. */
export function alterVersion(
  model: RegisteredModel,
  number: number,
  alter: (version: ModelVersion) => Partial<ModelVersion>,
): RegisteredModel {
  assertVersion(model, number);
  return {
    ...model,
    versions: model.versions.map((version) =>
      version.version === number ? { ...version, ...alter(version) } : version,
    ),
  };
}

/** Updates the version with an open request. */
export function changeRequest(
  model: RegisteredModel,
  id: string,
  stamp: CommitStamp,
  alter: (request: TransitionRequest) => TransitionRequest,
): RegisteredModel {
  const isIt = ({ requestId }: TransitionRequest): boolean => requestId === id;
  const version = model.versions.find(({ requests }) => requests.some(isIt));
  if (version === undefined) throw new Error(`the request ${id} does not exist`);
  return changeVersion(model, version.version, stamp, ({ requests }) => ({
    requests: requests.map((request) => {
      if (!isIt(request)) return request;
      if (request.closed !== undefined) throw new Error(`the request ${id} is closed`);
      return alter(request);
    }),
  }));
}

/** Updates the version with a comment. */
export function changeComments(
  model: RegisteredModel,
  id: string,
  stamp: CommitStamp,
  alter: (comments: readonly RegistryComment[]) => readonly RegistryComment[],
): RegisteredModel {
  const version = model.versions.find(({ comments }) =>
    comments.some(({ commentId }) => commentId === id),
  );
  if (version === undefined) throw new Error(`the comment ${id} does not exist`);
  return changeVersion(model, version.version, stamp, ({ comments }) => ({
    comments: alter(comments),
  }));
}

/** Throws a plain Error if the model has no such version. */
export function assertVersion(model: RegisteredModel, number: number): void {
  if (model.versions.some(({ version }) => version === number)) return;
  throw new Error(`version ${number} does not exist`);
}

/** Throws a plain Error if a request or a comment has the id already. */
export function assertFresh(model: RegisteredModel, id: string): void {
  const isTaken = model.versions.some(
    ({ requests, comments }) =>
      requests.some(({ requestId }) => requestId === id) ||
      comments.some(({ commentId }) => commentId === id),
  );
  if (isTaken) throw new Error(`the id ${id} is used twice`);
}

/** Returns the tags with one more, sorted by key. */
export function withTag(tags: readonly RegistryTag[], tag: RegistryTag): RegistryTag[] {
  return [...tags.filter(({ key }) => key !== tag.key), tag].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
}

/** Returns the model without the alias. */
export function withoutAlias(model: RegisteredModel, alias: string): RegisteredModel {
  return {
    ...model,
    versions: model.versions.map((version) =>
      version.aliases.includes(alias)
        ? { ...version, aliases: version.aliases.filter((name) => name !== alias) }
        : version,
    ),
  };
}
