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
  CreateCommentRequest,
  DeleteCommentRequest,
  ModelVersionRequest,
  toCommentMessage,
  UpdateCommentRequest,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { type AccessTarget, actorOf, SERVER_TARGET } from '../access.ts';
import { defineRoute, type Route } from '../route.ts';
import type { ServerContext } from '../server-context.ts';
import { WireError } from '../wire/wire-error.ts';
import { aboutModel } from './about.ts';
import { parseVersion } from './registry-messages.ts';

const nothing = z.object({});
const OWN_COMMENT = ['EDIT_COMMENT', 'DELETE_COMMENT'];

/** Comments on versions, and what happened to them: Databricks's, under its names. */
export const COMMENT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/mlflow/comments/create',
    summary: 'Say something about a version.',
    needs: 'writer',
    about: aboutModel,
    request: CreateCommentRequest,
    handle: async ({ name, version, comment }, { context, caller }) => {
      const created = await createComment(context.store, {
        name,
        version: parseVersion(version),
        text: comment,
        by: actorOf(caller),
      });
      return { comment: toCommentMessage(created, OWN_COMMENT) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/mlflow/comments/update',
    summary: "Change one's own comment; the history keeps the old text.",
    needs: 'writer',
    about: aboutComment,
    request: UpdateCommentRequest,
    handle: async ({ id, comment }, { context, caller }) => {
      const name = await modelOfComment(context.store, id);
      const updated = await updateComment(context.store, {
        name,
        commentId: id,
        text: comment,
        by: actorOf(caller),
      });
      return { comment: toCommentMessage(updated, OWN_COMMENT) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/mlflow/comments/delete',
    summary: "Take one's own comment away; the history keeps it.",
    needs: 'writer',
    about: aboutComment,
    request: DeleteCommentRequest,
    response: nothing,
    handle: async ({ id }, { context, caller }) => {
      const name = await modelOfComment(context.store, id);
      await deleteComment(context.store, { name, commentId: id, by: actorOf(caller) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/activities/list',
    summary: 'What happened to a version, in the order of the commits of its model.',
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

async function aboutComment(
  { id }: { readonly id: string },
  { store }: ServerContext,
): Promise<AccessTarget> {
  const name = await findModelOfComment(store, id);
  return name === undefined ? SERVER_TARGET : aboutModel({ name });
}

/** @throws WireError */
async function modelOfComment(store: Store, id: string): Promise<string> {
  const name = await findModelOfComment(store, id);
  if (name !== undefined) return name;
  throw new WireError('RESOURCE_DOES_NOT_EXIST', `No comment has the id ${JSON.stringify(id)}.`);
}

/** A comment's id is unique in the store; which model it is of, the protocol does not say. */
async function findModelOfComment(store: Store, id: string): Promise<string | undefined> {
  const entries = await store.registry.list();
  const found = entries.find(({ model }) =>
    model.versions.some(({ comments }) => comments.some(({ commentId }) => commentId === id)),
  );
  return found?.model.name;
}

/** Types beyond Databricks's go out under Tidemark's own names. */
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
