import {
  assertEvent,
  type ExperimentId,
  isTidemarkError,
  type LoggedModel,
  type LoggedModelDraft,
  type LoggedModelId,
  type LoggedModelPoint,
  newLoggedModelId,
  parseLoggedModelId,
  parseRunId,
} from '@tidemark/core';
import { eachLimited } from './each-limited.ts';
import { toKeyValueMessages } from './messages/key-value.ts';
import {
  fromLoggedModelMessage,
  type LoggedModelMessage,
  LoggedModelResponse,
  SearchLoggedModelsResponse,
} from './messages/logged-model.ts';
import { fromMetricMessage } from './messages/metric.ts';
import type { RestClient } from './rest-client.ts';
import { experimentGroups } from './rest-experiments.ts';
import { allPages } from './rest-pages.ts';

// A page size that every server of the protocol accepts.
const MODELS_PAGE = 50;

/** Creates a logged model. The server sets its creation time. Only a server that keeps ids accepts an id. */
export async function createRestLoggedModel(
  client: RestClient,
  draft: LoggedModelDraft,
): Promise<LoggedModel> {
  const { modelId, params = {}, tags = {} } = draft;
  assertEvent({
    kind: 'model-created',
    model: modelId ?? newLoggedModelId(),
    experiment: draft.experimentId,
    name: draft.name,
    timeMs: draft.creationTimeMs,
    params,
    tags,
  });
  const { model } = await client.call(
    {
      method: 'POST',
      path: '/mlflow/logged-models',
      body: {
        experiment_id: draft.experimentId,
        name: draft.name,
        model_type: draft.modelType,
        source_run_id: draft.sourceRunId,
        params: toKeyValueMessages(params),
        tags: toKeyValueMessages(tags),
        tidemark_model_id: modelId,
      },
      subject: 'logged-model',
      // With a given id, the call may be repeated.
      repeatable: modelId !== undefined,
    },
    LoggedModelResponse,
  );
  return fromLoggedModelMessage(model);
}

/** Returns the logged models of these ids. Those that do not exist are left out. */
export async function readRestLoggedModels(
  client: RestClient,
  modelIds: readonly LoggedModelId[],
): Promise<LoggedModel[]> {
  return (await readMessages(client, modelIds)).map(fromLoggedModelMessage);
}

/** Returns the points of the logged models of these ids. Missing models have no points. */
export async function readRestModelPoints(
  client: RestClient,
  modelIds: readonly LoggedModelId[],
): Promise<LoggedModelPoint[]> {
  return (await readMessages(client, modelIds)).flatMap(pointsOf);
}

/**
 * Returns the logged models of these experiments that are not deleted. The protocol cannot search for deleted ones.
 */
export async function readRestLoggedModelsOf(
  client: RestClient,
  experimentIds: readonly ExperimentId[],
): Promise<LoggedModel[]> {
  return (await searchMessages(client, experimentIds)).map(fromLoggedModelMessage);
}

/**
 * Returns the points of the logged models of these experiments, without deleted models, whichever run logged the
 * points.
 */
export async function readRestModelPointsOf(
  client: RestClient,
  experimentIds: readonly ExperimentId[],
): Promise<LoggedModelPoint[]> {
  return (await searchMessages(client, experimentIds)).flatMap(pointsOf);
}

async function readMessages(
  client: RestClient,
  modelIds: readonly LoggedModelId[],
): Promise<LoggedModelMessage[]> {
  const found = await eachLimited(modelIds, (modelId) =>
    client
      .call(
        {
          method: 'GET',
          path: `/mlflow/logged-models/${encodeURIComponent(modelId)}`,
          query: { allow_deleted: true },
          subject: 'logged-model',
        },
        LoggedModelResponse,
      )
      .catch((error: unknown) => {
        if (isTidemarkError(error, 'LOGGED_MODEL_NOT_FOUND')) return undefined;
        throw error;
      }),
  );
  return found.flatMap((answer) => (answer === undefined ? [] : [answer.model]));
}

async function searchMessages(
  client: RestClient,
  experimentIds: readonly ExperimentId[],
): Promise<LoggedModelMessage[]> {
  const models: LoggedModelMessage[] = [];
  for (const experiment_ids of experimentGroups(experimentIds)) {
    const messages = await allPages(
      (page_token) =>
        client.call(
          {
            method: 'POST',
            path: '/mlflow/logged-models/search',
            body: { experiment_ids, max_results: MODELS_PAGE, page_token },
            subject: 'logged-model',
          },
          SearchLoggedModelsResponse,
        ),
      (page) => page.models,
    );
    models.push(...messages);
  }
  return models;
}

function pointsOf({ info, data }: LoggedModelMessage): LoggedModelPoint[] {
  const modelId = parseLoggedModelId(info.model_id);
  return (data?.metrics ?? []).flatMap((message) =>
    message.run_id
      ? [{ ...fromMetricMessage(message), modelId, runId: parseRunId(message.run_id) }]
      : [],
  );
}
