import {
  assertAlias,
  deleteAlias,
  getRegisteredModel,
  getVersionByAlias,
  setAlias,
} from '@tidemark/core';
import { AliasRequest, ModelVersionResponse, SetAliasRequest } from '@tidemark/mlflow';
import { actorOf } from '../access/access.ts';
import { defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { aboutModel } from './about.ts';
import { readVersion } from './read-version.ts';
import { parseVersion, versionMessage } from './registry-messages.ts';
import { tellChange } from './tell-change.ts';

const PATH = '/mlflow/registered-models/alias';

/** Routes for aliases of registered models: set, resolve, delete. */
export const ALIAS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: PATH,
    summary: 'Set an alias to a version. The version that had it loses it.',
    needs: 'approver',
    about: aboutModel,
    request: SetAliasRequest,
    response: nothing,
    handle: async ({ name, alias, version: text }, call) => {
      const { context, caller } = call;
      const version = parseVersion(text);
      assertAlias(alias);
      // As in MLflow, the error names the version even when its model is missing.
      await readVersion(name, text, context);
      await setAlias(context.store, { name, alias, version, by: actorOf(caller) });
      tellChange(call, { kind: 'model-version-alias-created', modelName: name, version, alias });
    },
  }),
  defineRoute({
    method: 'GET',
    path: PATH,
    summary: 'Read the version of an alias.',
    needs: 'reader',
    about: aboutModel,
    request: AliasRequest,
    response: ModelVersionResponse,
    handle: async ({ name, alias }, { context, request }) => {
      const model = await getRegisteredModel(context.store, name);
      const version = getVersionByAlias(model, alias);
      return { model_version: versionMessage(name, version, request) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: PATH,
    summary: 'Delete an alias.',
    needs: 'approver',
    about: aboutModel,
    request: AliasRequest,
    response: nothing,
    handle: async ({ name, alias }, call) => {
      const { context, caller } = call;
      const { versions } = await getRegisteredModel(context.store, name);
      // As in MLflow, deleting an alias that does not exist is not an error.
      if (!versions.some(({ aliases }) => aliases.includes(alias))) return;
      await deleteAlias(context.store, { name, alias, by: actorOf(caller) });
      tellChange(call, { kind: 'model-version-alias-deleted', modelName: name, alias });
    },
  }),
];
