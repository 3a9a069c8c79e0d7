import type {
  Actor,
  ModelVersion,
  RegisteredModel,
  RegistryComment,
  RegistryTag,
  TransitionRequest,
} from '../model/registered-model.ts';
import type { AliasSet, RegistryChange, StageSet, VersionCreated } from './registry-change.ts';

/** When and by whom a change was committed. */
export interface CommitStamp {
  readonly by: Actor;
  readonly atMs: number;
}

/** A change of a model that is there: neither its beginning nor its end. */
export type ModelChange = Exclude<
  RegistryChange,
  { kind: 'model-created' | 'model-deleted' | 'model-renamed' | 'model-arrived' }
>;

/**
 * Applies one committed change: the model after it. Throws a plain Error when the change does not fit
 * the state, which a chain made through the registry's functions never shows; readers turn that into
 * STORE_DAMAGED.
 */
export function applyModelChange(
  model: RegisteredModel,
  change: ModelChange,
  stamp: CommitStamp,
): RegisteredModel {
  return { ...changed(model, change, stamp), lastUpdateTimeMs: stamp.atMs };
}

function changed(model: RegisteredModel, change: ModelChange, stamp: CommitStamp): RegisteredModel {
  const onVersion = (
    number: number,
    alter: (version: ModelVersion) => Partial<ModelVersion>,
  ): RegisteredModel => changeVersion(model, number, stamp, alter);
  switch (change.kind) {
    case 'model-updated':
      return { ...model, description: change.description };
    case 'model-tag-set':
      return { ...model, tags: withTag(model.tags, change.tag) };
    case 'model-tag-deleted':
      return { ...model, tags: model.tags.filter((tag) => tag.key !== change.key) };
    case 'rules-set':
      return { ...model, rules: change.rules };
    case 'version-created':
      return { ...model, versions: [...model.versions, newVersion(change, stamp)] };
    case 'version-updated':
      return onVersion(change.version, () => ({ description: change.description }));
    case 'version-status-set':
      return onVersion(change.version, () => ({
        status: change.status,
        statusMessage: change.statusMessage ?? '',
      }));
    case 'version-deleted':
      assertVersion(model, change.version);
      return {
        ...model,
        versions: model.versions.filter(({ version }) => version !== change.version),
      };
    case 'version-tag-set':
      return onVersion(change.version, ({ tags }) => ({ tags: withTag(tags, change.tag) }));
    case 'version-tag-deleted':
      return onVersion(change.version, ({ tags }) => ({
        tags: tags.filter((tag) => tag.key !== change.key),
      }));
    case 'alias-set':
      return setAlias(model, change, stamp);
    case 'alias-deleted':
      return withoutAlias(model, change.alias);
    case 'stage-set':
      return setStage(model, change, stamp);
    case 'request-created':
      assertFresh(model, change.request);
      return onVersion(change.version, ({ requests }) => ({
        requests: [
          ...requests,
          {
            requestId: change.request,
            target: change.target,
            by: stamp.by,
            atMs: stamp.atMs,
            comment: change.comment ?? '',
            archiveExistingVersions: change.archiveExistingVersions ?? false,
            approvals: [],
          },
        ],
      }));
    case 'request-approved':
      return changeRequest(model, change.request, stamp, (request) => {
        if (request.approvals.some(({ by }) => by.name === stamp.by.name)) {
          throw new Error(`the request ${change.request} is approved twice by one person`);
        }
        const approval = { ...stamp, comment: change.comment ?? '' };
        return { ...request, approvals: [...request.approvals, approval] };
      });
    case 'request-closed':
      return changeRequest(model, change.request, stamp, (request) => ({
        ...request,
        closed: { outcome: change.outcome, ...stamp, comment: change.comment ?? '' },
      }));
    case 'comment-created':
      assertFresh(model, change.comment);
      return onVersion(change.version, ({ comments }) => ({
        comments: [
          ...comments,
          {
            commentId: change.comment,
            by: stamp.by,
            creationTimeMs: stamp.atMs,
            lastUpdateTimeMs: stamp.atMs,
            text: change.text,
          },
        ],
      }));
    case 'comment-updated':
      return changeComments(model, change.comment, stamp, (comments) =>
        comments.map((comment) =>
          comment.commentId === change.comment
            ? { ...comment, text: change.text, lastUpdateTimeMs: stamp.atMs }
            : comment,
        ),
      );
    case 'comment-deleted':
      return changeComments(model, change.comment, stamp, (comments) =>
        comments.filter(({ commentId }) => commentId !== change.comment),
      );
  }
}

function newVersion(change: VersionCreated, stamp: CommitStamp): ModelVersion {
  const { kind: _, status = 'READY', ...facts } = change;
  return {
    ...facts,
    status,
    stage: 'None',
    creationTimeMs: stamp.atMs,
    lastUpdateTimeMs: stamp.atMs,
    createdBy: stamp.by,
    tags: [],
    aliases: [],
    requests: [],
    comments: [],
  };
}

function setAlias(model: RegisteredModel, change: AliasSet, stamp: CommitStamp): RegisteredModel {
  return changeVersion(withoutAlias(model, change.alias), change.version, stamp, ({ aliases }) => ({
    aliases: [...aliases, change.alias].sort(),
  }));
}

function setStage(model: RegisteredModel, change: StageSet, stamp: CommitStamp): RegisteredModel {
  return changeVersion(model, change.version, stamp, ({ stage }) => {
    if (stage === change.from) return { stage: change.to };
    throw new Error(`version ${change.version} is in ${stage}, not in ${change.from}`);
  });
}

function changeVersion(
  model: RegisteredModel,
  number: number,
  stamp: CommitStamp,
  alter: (version: ModelVersion) => Partial<ModelVersion>,
): RegisteredModel {
  assertVersion(model, number);
  return {
    ...model,
    versions: model.versions.map((version) =>
      version.version === number
        ? { ...version, ...alter(version), lastUpdateTimeMs: stamp.atMs }
        : version,
    ),
  };
}

function changeRequest(
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

function changeComments(
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

function assertVersion(model: RegisteredModel, number: number): void {
  if (model.versions.some(({ version }) => version === number)) return;
  throw new Error(`version ${number} does not exist`);
}

function assertFresh(model: RegisteredModel, id: string): void {
  const isTaken = model.versions.some(
    ({ requests, comments }) =>
      requests.some(({ requestId }) => requestId === id) ||
      comments.some(({ commentId }) => commentId === id),
  );
  if (isTaken) throw new Error(`the id ${id} is used twice`);
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
