import {
  assertExperimentActive,
  assertLoggedModelName,
  assertTags,
  deleteLoggedModel,
  deleteLoggedModelTag,
  type ExperimentId,
  finalizeLoggedModel,
  getExperiment,
  getLoggedModel,
  type LoggedModel,
  type LoggedModelId,
  type LoggedModelPoint,
  loggedModelPoints,
  logLoggedModelParams,
  type MetricDataset,
  paramTexts,
  parseExperimentId,
  parseLoggedModelId,
  parseRunId,
  randomRunName,
  searchLoggedModels,
  setLoggedModelTags,
} from '@tidemark/core';
import {
  CreateLoggedModelRequest,
  DeleteLoggedModelTagRequest,
  FinalizeLoggedModelRequest,
  fromLoggedModelStatus,
  ListArtifactsResponse,
  ListLoggedModelArtifactsRequest,
  LoggedModelIdRequest,
  type LoggedModelJson,
  LoggedModelResponse,
  LogLoggedModelParamsRequest,
  listToWire,
  SearchLoggedModelsRequest,
  SearchLoggedModelsResponse,
  type SearchOrderByMessage,
  SetLoggedModelTagsRequest,
  toLoggedModelMessage,
} from '@tidemark/mlflow';
import { listArtifacts } from '../artifacts/list-artifacts.ts';
import { modelOwner } from '../artifacts/proxy-path.ts';
import { type Call, defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { missingParameter } from '../wire/invalid-request.ts';
import { wantsTidemarkFields } from '../wire/tidemark-fields.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { aboutLoggedModel, aboutNew, experimentTarget } from './about.ts';
import { assertNoToken } from './offset-token.ts';
import { readParams, readTags } from './read-values.ts';
import { searchOptions } from './search-options.ts';

const PATH = '/mlflow/logged-models';

/** Routes for logged models: create, finish, read, search, tag, delete. */
export const LOGGED_MODEL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: PATH,
    creates: true,
    summary: 'Create a logged model. Then upload its files.',
    needs: 'writer',
    about: aboutNew,
    request: CreateLoggedModelRequest,
    response: LoggedModelResponse,
    handle: async (message, call) => answer(await create(message, call), call),
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/search`,
    summary: 'Search the logged models of experiments, page by page.',
    needs: 'reader',
    about: () => [],
    request: SearchLoggedModelsRequest,
    response: SearchLoggedModelsResponse,
    handle: search,
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/:model_id`,
    summary: 'Read a logged model.',
    needs: 'reader',
    about: aboutLoggedModel,
    request: LoggedModelIdRequest,
    response: LoggedModelResponse,
    handle: async ({ model_id, allow_deleted }, call) => {
      const model = await getLoggedModel(call.context.store, model_id as LoggedModelId);
      if (model.lifecycleStage === 'deleted' && allow_deleted !== true) {
        throw new WireError(
          'RESOURCE_DOES_NOT_EXIST',
          `Logged model with ID '${model_id}' not found.`,
        );
      }
      return answer(model, call);
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: `${PATH}/:model_id`,
    summary: 'Finish a logged model: all files are uploaded, or the upload failed.',
    needs: 'writer',
    about: aboutLoggedModel,
    request: FinalizeLoggedModelRequest,
    response: LoggedModelResponse,
    handle: async ({ model_id, status }, call) => {
      const finished = fromLoggedModelStatus(status);
      if (status === undefined) throw missingParameter('status');
      if (finished === 'PENDING') {
        throw invalidParameter(
          'A logged model is finalized as LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED.',
        );
      }
      const id = parseLoggedModelId(model_id);
      return answer(await finalizeLoggedModel(call.context.store, id, finished), call);
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/:model_id`,
    summary: 'Delete a logged model. Versions that were registered from it keep working.',
    needs: 'writer',
    about: aboutLoggedModel,
    request: LoggedModelIdRequest,
    response: nothing,
    handle: ({ model_id }, { context }) =>
      deleteLoggedModel(context.store, model_id as LoggedModelId),
  }),
  defineRoute({
    method: 'PATCH',
    path: `${PATH}/:model_id/tags`,
    summary: 'Set tags of a logged model.',
    needs: 'writer',
    about: aboutLoggedModel,
    request: SetLoggedModelTagsRequest,
    response: nothing,
    handle: ({ model_id, tags }, { context }) =>
      setLoggedModelTags(context.store, model_id as LoggedModelId, readTags(tags)),
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/:model_id/tags/:tag_key`,
    summary: 'Delete a tag of a logged model.',
    needs: 'writer',
    about: aboutLoggedModel,
    request: DeleteLoggedModelTagRequest,
    response: nothing,
    handle: async ({ model_id, tag_key }, { context }) => {
      const model = await getLoggedModel(context.store, model_id as LoggedModelId);
      if (!Object.hasOwn(model.tags, tag_key)) {
        throw new WireError(
          'RESOURCE_DOES_NOT_EXIST',
          `No tag with key '${tag_key}' found for model with ID '${model_id}'.`,
        );
      }
      await deleteLoggedModelTag(context.store, model.modelId, tag_key);
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/:model_id/params`,
    summary: 'Log params of a logged model. You can write each only once.',
    needs: 'writer',
    about: aboutLoggedModel,
    request: LogLoggedModelParamsRequest,
    response: nothing,
    handle: ({ model_id, params }, { context }) =>
      logLoggedModelParams(context.store, model_id as LoggedModelId, readParams(params)),
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/:model_id/artifacts/directories`,
    summary: 'List a folder of the files of a logged model.',
    needs: 'reader',
    about: aboutLoggedModel,
    request: ListLoggedModelArtifactsRequest,
    response: ListArtifactsResponse,
    handle: async ({ model_id, artifact_directory_path, page_token }, { context }) => {
      assertNoToken(page_token);
      const model = await getLoggedModel(context.store, model_id as LoggedModelId);
      return listArtifacts(context, modelOwner(model), artifact_directory_path);
    },
  }),
];

async function create(message: CreateLoggedModelRequest, { context }: Call): Promise<LoggedModel> {
  const { store } = context;
  const experimentId = parseExperimentId(message.experiment_id);
  assertExperimentActive(await getExperiment(store, experimentId));
  // MLflow also invents a name for a model without one.
  const name = message.name || randomRunName();
  assertLoggedModelName(name);
  const params = paramTexts(readParams(message.params ?? []));
  const tags = readTags(message.tags ?? []);
  assertTags(tags);
  return store.createLoggedModel({
    ...(message.tidemark_model_id === undefined
      ? {}
      : { modelId: parseLoggedModelId(message.tidemark_model_id) }),
    experimentId,
    name,
    creationTimeMs: Date.now(),
    ...(message.model_type ? { modelType: message.model_type } : {}),
    ...(message.source_run_id ? { sourceRunId: parseRunId(message.source_run_id) } : {}),
    params,
    tags,
  });
}

async function search(message: SearchLoggedModelsRequest, call: Call): Promise<unknown> {
  const { context, caller } = call;
  const { datasets = [], order_by = [] } = message;
  if (message.experiment_ids === undefined || message.experiment_ids.length === 0) {
    throw missingParameter('experiment_ids');
  }
  const experimentIds = message.experiment_ids
    .map(parseExperimentId)
    .filter((id) => caller.may('reader', experimentTarget(id)));
  const sizes = { fallback: 50, greatest: 50_000 };
  const { models, nextPageToken } = await searchLoggedModels(context.store, {
    experimentIds: experimentIds as ExperimentId[],
    ...searchOptions({ ...message, order_by: order_by.map(orderKey) }, sizes),
    datasets: datasets.map(metricDataset),
    orderDatasets: orderDatasets(order_by),
  });
  const modelIds = models.map(({ modelId }) => modelId);
  const points = await loggedModelPoints(context.store, { modelIds });
  const messages: LoggedModelJson[] = [];
  for (const model of models) messages.push(await toJson(model, points.get(model.modelId), call));
  return { models: listToWire(messages), next_page_token: nextPageToken };
}

/** Returns the datasets that the sort keys name. A metric is then ordered by its value on them. */
function orderDatasets(orderBy: readonly SearchOrderByMessage[]): MetricDataset[] {
  return orderBy.flatMap(({ dataset_name, dataset_digest }) =>
    dataset_name ? [metricDataset({ dataset_name, dataset_digest })] : [],
  );
}

function metricDataset(message: {
  readonly dataset_name: string;
  readonly dataset_digest?: string | undefined;
}): MetricDataset {
  const { dataset_name, dataset_digest } = message;
  return { name: dataset_name, ...(dataset_digest ? { digest: dataset_digest } : {}) };
}

function orderKey({ field_name, ascending }: SearchOrderByMessage): string {
  return `${field_name} ${ascending === false ? 'DESC' : 'ASC'}`;
}

async function answer(model: LoggedModel, call: Call): Promise<{ model: LoggedModelJson }> {
  const points = await loggedModelPoints(call.context.store, { modelIds: [model.modelId] });
  return { model: await toJson(model, points.get(model.modelId), call) };
}

async function toJson(
  model: LoggedModel,
  metrics: readonly LoggedModelPoint[] | undefined,
  { context, request }: Call,
): Promise<LoggedModelJson> {
  return toLoggedModelMessage(model, {
    artifactUri: await context.locations.ofOwner(modelOwner(model)),
    ...(metrics === undefined ? {} : { metrics }),
    tidemarkFields: wantsTidemarkFields(request),
  });
}
