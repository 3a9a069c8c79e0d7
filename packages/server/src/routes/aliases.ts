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

/** Aliases of registered models: point one at a version, follow it, take it away. */
export const ALIAS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: PATH,
    summary: 'Point an alias at a version; it leaves the version that had it.',
    needs: 'approver',
    about: aboutModel,
    request: SetAliasRequest,
    response: nothing,
    handle: async ({ name, alias, version: text }, call) => {
      const { context, caller } = call;
      const version = parseVersion(text);
      assertAlias(alias);
      // As in MLflow: what is missing is the version, also when its model is.
      await readVersion(name, text, context);
      await setAlias(context.store, { name, alias, version, by: actorOf(caller) });
      tellChange(call, { kind: 'model-version-alias-created', modelName: name, version, alias });
    },
  }),
  defineRoute({
    method: 'GET',
    path: PATH,
    summary: 'The version that an alias points at.',
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
    summary: 'Take an alias away.',
    needs: 'approver',
    about: aboutModel,
    request: AliasRequest,
    response: nothing,
    handle: async ({ name, alias }, call) => {
      const { context, caller } = call;
      const { versions } = await getRegisteredModel(context.store, name);
      // As in MLflow, an alias that is not there is no error.
      if (!versions.some(({ aliases }) => aliases.includes(alias))) return;
      await deleteAlias(context.store, { name, alias, by: actorOf(caller) });
      tellChange(call, { kind: 'model-version-alias-deleted', modelName: name, alias });
    },
  }),
];
