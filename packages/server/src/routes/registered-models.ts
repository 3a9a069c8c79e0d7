import {
  createRegisteredModel,
  deleteRegisteredModel,
  deleteRegistryTag,
  getRegisteredModel,
  latestVersions,
  parseModelStage,
  renameRegisteredModel,
  searchRegisteredModels,
  setRegistryTag,
  updateRegisteredModel,
} from '@tidemark/core';
import {
  CreateRegisteredModelRequest,
  DeleteRegisteredModelTagRequest,
  fromEvidenceMessage,
  fromKeyValueMessages,
  GetLatestVersionsRequest,
  listToWire,
  RegisteredModelRequest,
  RegisteredModelResponse,
  RenameRegisteredModelRequest,
  SearchModelVersionsResponse,
  SearchRegisteredModelsResponse,
  SearchRegistryRequest,
  SetRegisteredModelTagRequest,
  UpdateRegisteredModelRequest,
} from '@tidemark/mlflow';
import { actorOf, assertAllowed } from '../access/access.ts';
import { type Call, defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { WireError } from '../wire/wire-error.ts';
import { aboutModel } from './about.ts';
import { modelMessage, versionMessage } from './registry-messages.ts';
import { searchOptions } from './search-options.ts';
import { tellChange } from './tell-change.ts';

const PATH = '/mlflow/registered-models';

/** Routes for registered models: create, find, rename, describe, delete, tag. */
export const REGISTERED_MODEL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: `${PATH}/create`,
    creates: true,
    summary: 'Create a registered model without versions.',
    needs: 'writer',
    about: aboutModel,
    request: CreateRegisteredModelRequest,
    response: RegisteredModelResponse,
    handle: async ({ name, description, tags }, call) => {
      const model = await createRegisteredModel(call.context.store, {
        name,
        ...(description === undefined ? {} : { description }),
        tags: fromKeyValueMessages(tags ?? []),
        by: actorOf(call.caller),
      });
      tellChange(call, { kind: 'registered-model-created', model }, model.lastUpdateTimeMs);
      return { registered_model: modelMessage(model, call.request) };
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
    handle: async (message, call) => {
      const asked = searchOptions(message, { fallback: 100, greatest: 1000 });
      const { models, nextPageToken } = await searchRegisteredModels(call.context.store, asked);
      return {
        registered_models: listToWire(models.map((model) => modelMessage(model, call.request))),
        next_page_token: nextPageToken,
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/rename`,
    summary: 'Rename a registered model. Its history stays with it.',
    needs: 'approver',
    about: ({ name, new_name }) => [aboutModel({ name }), aboutModel({ name: new_name })],
    request: RenameRegisteredModelRequest,
    response: RegisteredModelResponse,
    handle: async ({ name, new_name }, { context, caller, request }) => {
      // As in MLflow, renaming a model to its present name is not an error.
      if (name === new_name) {
        return {
          registered_model: modelMessage(await getRegisteredModel(context.store, name), request),
        };
      }
      await assertMayEndRules(name, { context, caller });
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
    summary: 'Delete a registered model with its versions. Its history and files are kept.',
    needs: 'approver',
    about: aboutModel,
    request: RegisteredModelRequest,
    response: nothing,
    handle: async ({ name }, { context, caller }) => {
      await assertMayEndRules(name, { context, caller });
      await deleteRegisteredModel(context.store, { name, by: actorOf(caller) });
    },
  }),
  ...(['POST', 'GET'] as const).map((method) =>
    defineRoute({
      method,
      path: `${PATH}/get-latest-versions`,
      summary: 'List the newest version of each stage.',
      needs: 'reader',
      about: aboutModel,
      request: GetLatestVersionsRequest,
      response: SearchModelVersionsResponse,
      handle: async ({ name, stages = [] }, { context, request }) => {
        const model = await getRegisteredModel(context.store, name);
        const wanted = stages.length === 0 ? undefined : stages.map(parseModelStage);
        const versions = latestVersions(model, wanted);
        return {
          model_versions: listToWire(
            versions.map((version) => versionMessage(name, version, request)),
          ),
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
    handle: ({ name, key, value, tidemark }, { context, caller }) =>
      setRegistryTag(context.store, {
        name,
        key,
        value,
        evidence: fromEvidenceMessage(tidemark),
        by: actorOf(caller),
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete-tag`,
    summary: 'Delete a tag of a registered model.',
    needs: 'writer',
    about: aboutModel,
    request: DeleteRegisteredModelTagRequest,
    response: nothing,
    handle: ({ name, key }, { context, caller }) =>
      deleteRegistryTag(context.store, { name, key, by: actorOf(caller) }),
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

/** Databricks's names of the permissions on a registered model. */
const PERMISSION_LEVELS = {
  admin: 'CAN_MANAGE',
  approver: 'CAN_MANAGE_PRODUCTION_VERSIONS',
  writer: 'CAN_EDIT',
  reader: 'CAN_READ',
} as const;

/**
 * Refuses to delete or rename a model with rules unless the caller may set rules. The rules do not apply to another
 * model of that name, so that both would end them, as `set-rules` does.
 * @throws WireError PERMISSION_DENIED
 */
async function assertMayEndRules(
  name: string,
  { context, caller }: Pick<Call, 'context' | 'caller'>,
): Promise<void> {
  const { rules } = await getRegisteredModel(context.store, name);
  if (rules.length > 0) assertAllowed(caller, 'admin', aboutModel({ name }));
}
