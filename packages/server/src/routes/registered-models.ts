import {
  createRegisteredModel,
  deleteAlias,
  deleteRegisteredModel,
  deleteRegistryTag,
  getRegisteredModel,
  getVersionByAlias,
  latestVersions,
  parseModelStage,
  renameRegisteredModel,
  searchRegisteredModels,
  setAlias,
  setRegistryTag,
  updateRegisteredModel,
} from '@tidemark/core';
import {
  AliasRequest,
  CreateRegisteredModelRequest,
  DeleteRegisteredModelTagRequest,
  fromKeyValueMessages,
  GetLatestVersionsRequest,
  ModelVersionResponse,
  RegisteredModelRequest,
  RegisteredModelResponse,
  RenameRegisteredModelRequest,
  SearchModelVersionsResponse,
  SearchRegisteredModelsResponse,
  SearchRegistryRequest,
  SetAliasRequest,
  SetRegisteredModelTagRequest,
  UpdateRegisteredModelRequest,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { actorOf } from '../access.ts';
import { defineRoute, type Route } from '../route.ts';
import { WireError } from '../wire/wire-error.ts';
import { aboutModel } from './about.ts';
import { pageSize } from './page-size.ts';
import { readableRegistry } from './readable-registry.ts';
import { modelMessage, parseVersion, versionMessage } from './registry-messages.ts';

const nothing = z.object({});
const PATH = '/mlflow/registered-models';

/** Registered models: create, find, rename, describe, delete, tag, and their aliases. */
export const REGISTERED_MODEL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: `${PATH}/create`,
    summary: 'Create a registered model without versions.',
    needs: 'writer',
    about: aboutModel,
    request: CreateRegisteredModelRequest,
    response: RegisteredModelResponse,
    handle: async ({ name, description, tags }, { context, caller, request }) => {
      const by = actorOf(caller);
      const model = await createRegisteredModel(context.store, {
        name,
        ...(description === undefined ? {} : { description }),
        tags: fromKeyValueMessages(tags ?? []),
        by,
      });
      context.changed({
        kind: 'registered-model-created',
        model,
        by,
        atMs: model.lastUpdateTimeMs,
      });
      return { registered_model: modelMessage(model, request) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/get`,
    summary: 'Read a registered model.',
    needs: 'reader',
    about: aboutModel,
    request: RegisteredModelRequest,
    response: RegisteredModelResponse,
    handle: async ({ name }, { context, request }) => ({
      registered_model: modelMessage(await getRegisteredModel(context.store, name), request),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/search`,
    summary: 'Search registered models with a filter, page by page.',
    needs: 'reader',
    about: () => [],
    request: SearchRegistryRequest,
    response: SearchRegisteredModelsResponse,
    handle: async ({ filter, max_results, order_by, page_token }, call) => {
      const { models, nextPageToken } = await searchRegisteredModels(readableRegistry(call), {
        ...(filter === undefined ? {} : { filter }),
        orderBy: order_by ?? [],
        maxResults: pageSize(max_results, { fallback: 100, greatest: 1000 }),
        ...(page_token ? { pageToken: page_token } : {}),
      });
      return {
        registered_models:
          models.length === 0
            ? undefined
            : models.map((model) => modelMessage(model, call.request)),
        next_page_token: nextPageToken,
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/rename`,
    summary: 'Give a registered model another name; its history goes with it.',
    needs: 'approver',
    about: ({ name, new_name }) => [aboutModel({ name }), aboutModel({ name: new_name })],
    request: RenameRegisteredModelRequest,
    response: RegisteredModelResponse,
    handle: async ({ name, new_name }, { context, caller, request }) => {
      const options = { name, newName: new_name, by: actorOf(caller) };
      const model = await renameRegisteredModel(context.store, options);
      return { registered_model: modelMessage(model, request) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: `${PATH}/update`,
    summary: 'Describe a registered model.',
    needs: 'writer',
    about: aboutModel,
    request: UpdateRegisteredModelRequest,
    response: RegisteredModelResponse,
    handle: async ({ name, description }, { context, caller, request }) => {
      const model =
        description === undefined
          ? await getRegisteredModel(context.store, name)
          : await updateRegisteredModel(context.store, { name, description, by: actorOf(caller) });
      return { registered_model: modelMessage(model, request) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete`,
    summary: 'Delete a registered model with its versions; its history and files stay.',
    needs: 'approver',
    about: aboutModel,
    request: RegisteredModelRequest,
    response: nothing,
    handle: ({ name }, { context, caller }) =>
      deleteRegisteredModel(context.store, { name, by: actorOf(caller) }),
  }),
  ...(['POST', 'GET'] as const).map((method) =>
    defineRoute({
      method,
      path: `${PATH}/get-latest-versions`,
      summary: 'The newest version of each stage.',
      needs: 'reader',
      about: aboutModel,
      request: GetLatestVersionsRequest,
      response: SearchModelVersionsResponse,
      handle: async ({ name, stages = [] }, { context, request }) => {
        const model = await getRegisteredModel(context.store, name);
        const wanted = stages.length === 0 ? undefined : stages.map(parseModelStage);
        const versions = latestVersions(model, wanted);
        return {
          model_versions:
            versions.length === 0
              ? undefined
              : versions.map((version) => versionMessage(name, version, request)),
        };
      },
    }),
  ),
  defineRoute({
    method: 'POST',
    path: `${PATH}/set-tag`,
    summary: 'Set a tag of a registered model.',
    needs: 'writer',
    about: aboutModel,
    request: SetRegisteredModelTagRequest,
    response: nothing,
    handle: ({ name, key, value }, { context, caller }) =>
      setRegistryTag(context.store, { name, key, value, by: actorOf(caller) }),
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete-tag`,
    summary: 'Take a tag of a registered model away.',
    needs: 'writer',
    about: aboutModel,
    request: DeleteRegisteredModelTagRequest,
    response: nothing,
    handle: ({ name, key }, { context, caller }) =>
      deleteRegistryTag(context.store, { name, key, by: actorOf(caller) }),
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/alias`,
    summary: 'Point an alias at a version; it leaves the version that had it.',
    needs: 'approver',
    about: aboutModel,
    request: SetAliasRequest,
    response: nothing,
    handle: async ({ name, alias, version }, { context, caller }) => {
      const by = actorOf(caller);
      const number = parseVersion(version);
      await setAlias(context.store, { name, alias, version: number, by });
      context.changed({
        kind: 'model-version-alias-created',
        modelName: name,
        version: number,
        alias,
        by,
        atMs: Date.now(),
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/alias`,
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
    path: `${PATH}/alias`,
    summary: 'Take an alias away.',
    needs: 'approver',
    about: aboutModel,
    request: AliasRequest,
    response: nothing,
    handle: async ({ name, alias }, { context, caller }) => {
      const by = actorOf(caller);
      const { versions } = await getRegisteredModel(context.store, name);
      // As in MLflow, an alias that is not there is no error.
      if (!versions.some(({ aliases }) => aliases.includes(alias))) return;
      await deleteAlias(context.store, { name, alias, by });
      context.changed({
        kind: 'model-version-alias-deleted',
        modelName: name,
        alias,
        by,
        atMs: Date.now(),
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/databricks/registered-models/get',
    summary: 'Read a registered model, under its Databricks name.',
    needs: 'reader',
    about: aboutModel,
    request: RegisteredModelRequest,
    handle: async ({ name }, { context, caller, request }) => {
      const model = await getRegisteredModel(context.store, name);
      const { latest_versions, ...rest } = modelMessage(model, request);
      const level = (['admin', 'approver', 'writer', 'reader'] as const).find((role) =>
        caller.may(role, aboutModel({ name })),
      );
      if (level === undefined) throw new WireError('PERMISSION_DENIED', 'Permission denied.');
      return {
        registered_model_databricks: {
          ...rest,
          id: name,
          latest_versions,
          permission_level: PERMISSION_LEVELS[level],
        },
      };
    },
  }),
];

/** Databricks's names of what somebody may do with a registered model. */
const PERMISSION_LEVELS = {
  admin: 'CAN_MANAGE',
  approver: 'CAN_MANAGE_PRODUCTION_VERSIONS',
  writer: 'CAN_EDIT',
  reader: 'CAN_READ',
} as const;
