import {
  assertEvent,
  type ExperimentId,
  isTidemarkError,
  type LoggedModel,
  type LoggedModelDraft,
  type LoggedModelId,
  newLoggedModelId,
} from '@tidemark/core';
import { eachLimited } from './each-limited.ts';
import { toKeyValueMessages } from './messages/key-value.ts';
import {
  fromLoggedModelMessage,
  LoggedModelResponse,
  SearchLoggedModelsResponse,
} from './messages/logged-model.ts';
import type { RestClient } from './rest-client.ts';
import { experimentGroups } from './rest-experiments.ts';
import { allPages } from './rest-pages.ts';

// A page size that every server of the protocol takes.
const MODELS_PAGE = 50;

/** Creates a logged model; the time of its creation is the server's. A given id is only for a server that keeps ids. */
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
      // Under a given id, done twice is done once.
      repeatable: modelId !== undefined,
    },
    LoggedModelResponse,
  );
  return fromLoggedModelMessage(model);
}

/** The logged models of these ids; those that do not exist are left out. */
export async function readRestLoggedModels(
  client: RestClient,
  modelIds: readonly LoggedModelId[],
): Promise<LoggedModel[]> {
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
  return found.flatMap((answer) =>
    answer === undefined ? [] : [fromLoggedModelMessage(answer.model)],
  );
}

/** The live logged models of these experiments: the protocol cannot search for deleted ones. */
export async function readRestLoggedModelsOf(
  client: RestClient,
  experimentIds: readonly ExperimentId[],
): Promise<LoggedModel[]> {
  const models: LoggedModel[] = [];
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
    models.push(...messages.map(fromLoggedModelMessage));
  }
  return models;
}
