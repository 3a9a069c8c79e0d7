import {
  createComment,
  deleteComment,
  modelActivity,
  modelHistory,
  type RegistryActivity,
  type Store,
  updateComment,
} from '@tidemark/core';
import {
  type ActivityMessage,
  ModelVersionRequest,
  type ReviewMessageOptions,
  requiredTextField,
  textField,
  toCommentMessage,
  versionField,
} from '@tidemark/mlflow';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type AccessTarget, actorOf, SERVER_TARGET } from '../access/access.ts';
import { defineRoute, nothing, type Route } from '../dispatch/route.ts';
import type { ServerContext } from '../dispatch/server-context.ts';
import { wantsTidemarkFields } from '../wire/tidemark-fields.ts';
import { WireError } from '../wire/wire-error.ts';
import { aboutModel } from './about.ts';
import { parseVersion } from './registry-messages.ts';

const createRequest = z.object({
  name: requiredTextField,
  version: versionField,
  comment: requiredTextField,
});
/** Databricks identifies a comment only by its id. Tidemark's own client also names its registered model. */
const commentAddress = { id: requiredTextField, name: textField };
const updateRequest = z.object({ ...commentAddress, comment: requiredTextField });
const deleteRequest = z.object(commentAddress);

/** Routes for comments on versions and for the activities of a version, under Databricks's names. */
export const COMMENT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/mlflow/comments/create',
    creates: true,
    summary: 'Comment on a version.',
    needs: 'writer',
    about: aboutModel,
    request: createRequest,
    handle: async ({ name, version, comment }, { context, caller, request }) => {
      const created = await createComment(context.store, {
        name,
        version: parseVersion(version),
        text: comment,
        by: actorOf(caller),
      });
      return { comment: toCommentMessage(created, ownComment(request)) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/mlflow/comments/update',
    summary: 'Change your own comment. The history keeps the old text.',
    needs: 'writer',
    about: aboutComment,
    request: updateRequest,
    handle: async ({ id, comment, name: given }, { context, caller, request }) => {
      const name = given ?? (await modelOfComment(context.store, id));
      const updated = await updateComment(context.store, {
        name,
        commentId: id,
        text: comment,
        by: actorOf(caller),
      });
      return { comment: toCommentMessage(updated, ownComment(request)) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/mlflow/comments/delete',
    summary: 'Delete your own comment. The history keeps it.',
    needs: 'writer',
    about: aboutComment,
    request: deleteRequest,
    response: nothing,
    handle: async ({ id, name: given }, { context, caller }) => {
      const name = given ?? (await modelOfComment(context.store, id));
      await deleteComment(context.store, { name, commentId: id, by: actorOf(caller) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/activities/list',
    summary: 'List the activities of a version, in the order of the commits of its model.',
    needs: 'reader',
    about: aboutModel,
    request: ModelVersionRequest,
    handle: async ({ name, version }, { context }) => {
      const number = parseVersion(version);
      const commits = [];
      for await (const commit of modelHistory(context.store, name)) commits.push(commit);
      const activities = modelActivity(commits).filter((activity) => activity.version === number);
      return { activities: activities.map(activityMessage) };
    },
  }),
];

function ownComment(request: FastifyRequest): ReviewMessageOptions {
  return {
    actions: ['EDIT_COMMENT', 'DELETE_COMMENT'],
    tidemarkFields: wantsTidemarkFields(request),
  };
}

async function aboutComment(
  { id, name: given }: { readonly id: string; readonly name?: string | undefined },
  { store }: ServerContext,
): Promise<AccessTarget> {
  const name = given ?? (await findModelOfComment(store, id));
  return name === undefined ? SERVER_TARGET : aboutModel({ name });
}

/** Returns the registered model that a comment belongs to. @throws WireError */
async function modelOfComment(store: Store, id: string): Promise<string> {
  const name = await findModelOfComment(store, id);
  if (name !== undefined) return name;
  throw new WireError(
    'RESOURCE_DOES_NOT_EXIST',
    `No comment has the id ${JSON.stringify(id)}. List the activities of the version for its comments.`,
  );
}

/** Searches the registered model of a comment, which the protocol does not name. The id is unique in the store. */
async function findModelOfComment(store: Store, id: string): Promise<string | undefined> {
  const entries = await store.registry.list();
  const found = entries.find(({ model }) =>
    model.versions.some(({ comments }) => comments.some(({ commentId }) => commentId === id)),
  );
  return found?.model.name;
}

/** Activities that Databricks does not have are sent under Tidemark's own names. */
type ActivityJson = Omit<ActivityMessage, 'activity_type'> & {
  readonly activity_type: RegistryActivity['type'];
};

function activityMessage(activity: RegistryActivity, index: number): ActivityJson {
  const { type, atMs, by, commit, comment, fromStage, target, subject } = activity;
  return {
    id: `${commit.number}-${index}`,
    creation_timestamp: atMs,
    last_updated_timestamp: atMs,
    user_id: by.name,
    activity_type: type,
    ...(comment === undefined ? {} : { comment }),
    ...(fromStage === undefined ? {} : { from_stage: fromStage }),
    ...(target?.kind === 'stage' ? { to_stage: target.stage } : {}),
    ...(subject === undefined ? {} : { system_comment: subject }),
  };
}
