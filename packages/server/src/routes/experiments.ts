import {
  ARTIFACT_LOCATION_TAG,
  assertExperimentName,
  assertTags,
  deleteExperiment,
  deleteExperimentTag,
  type Experiment,
  getExperiment,
  isTidemarkError,
  LIMITS,
  type LifecycleStage,
  parseExperimentId,
  renameExperiment,
  restoreExperiment,
  searchExperiments,
  setExperimentTags,
} from '@tidemark/core';
import {
  CreateExperimentRequest,
  DeleteExperimentTagRequest,
  ExperimentIdMessage,
  type ExperimentMessage,
  ExperimentResponse,
  fromKeyValueMessages,
  GetExperimentByNameRequest,
  listToWire,
  SearchExperimentsRequest,
  SearchExperimentsResponse,
  SetExperimentTagRequest,
  toExperimentMessage,
  UpdateExperimentRequest,
} from '@tidemark/mlflow';
import { UNSEEN_TARGET } from '../access/access.ts';
import { below, experimentLocation, PROXY_ROOT } from '../artifacts/artifact-locations.ts';
import { type Call, defineRoute, nothing, type Route } from '../dispatch/route.ts';
import type { ServerContext } from '../dispatch/server-context.ts';
import { assertHostAllowed } from '../security/host-addressed.ts';
import { missingParameter } from '../wire/invalid-request.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { aboutExperiment, experimentTarget } from './about.ts';
import { LIFECYCLE_VIEWS } from './lifecycle-views.ts';
import { searchOptions } from './search-options.ts';

/** Routes for experiments: create, find, rename, delete, restore, tag. */
export const EXPERIMENT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/mlflow/experiments/create',
    creates: true,
    summary: 'Create an experiment.',
    needs: 'writer',
    request: CreateExperimentRequest,
    response: ExperimentIdMessage,
    handle: async (message, { context, request }) => ({
      experiment_id: await createExperiment(message, context, request),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/experiments/get',
    summary: 'Read an experiment, live or deleted.',
    needs: 'reader',
    about: aboutExperiment,
    request: ExperimentIdMessage,
    response: ExperimentResponse,
    handle: async ({ experiment_id }, { context }) => {
      const id = parseExperimentId(experiment_id);
      return { experiment: messageOf(await getExperiment(context.store, id), context) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/experiments/get-by-name',
    summary: 'Read an experiment by its name: the live one, otherwise a deleted one.',
    needs: 'reader',
    about: async ({ experiment_name }, { store }) => {
      const found = byName(await store.experiments(), experiment_name);
      return found === undefined ? UNSEEN_TARGET : experimentTarget(found.experimentId);
    },
    request: GetExperimentByNameRequest,
    response: ExperimentResponse,
    handle: async ({ experiment_name }, { context }) => {
      const found = byName(await context.store.experiments(), experiment_name);
      if (found !== undefined) return { experiment: messageOf(found, context) };
      throw new WireError(
        'RESOURCE_DOES_NOT_EXIST',
        `Could not find experiment with name '${experiment_name}'`,
      );
    },
  }),
  ...(['GET', 'POST'] as const).map((method) =>
    defineRoute({
      method,
      path: '/mlflow/experiments/search',
      summary: 'Search experiments with a filter, page by page.',
      needs: 'reader',
      about: () => [],
      request: SearchExperimentsRequest,
      response: SearchExperimentsResponse,
      handle: search,
    }),
  ),
  defineRoute({
    method: 'POST',
    path: '/mlflow/experiments/update',
    summary: 'Rename an experiment.',
    needs: 'writer',
    about: aboutExperiment,
    request: UpdateExperimentRequest,
    response: nothing,
    handle: async ({ experiment_id, new_name }, { context }) => {
      const experiment = await getExperiment(context.store, parseExperimentId(experiment_id));
      if (experiment.lifecycleStage === 'deleted') {
        throw invalidParameter('Cannot rename a non-active experiment.');
      }
      if (!new_name) throw missingParameter('new_name');
      await naming(new_name, renameExperiment(context.store, experiment.experimentId, new_name));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/experiments/delete',
    summary: 'Delete an experiment with its runs. You can restore both.',
    needs: 'writer',
    about: aboutExperiment,
    request: ExperimentIdMessage,
    response: nothing,
    handle: async ({ experiment_id }, { context }) => {
      await assertStage(context, experiment_id, 'active');
      await deleteExperiment(context.store, parseExperimentId(experiment_id));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/experiments/restore',
    summary: 'Restore a deleted experiment.',
    needs: 'writer',
    about: aboutExperiment,
    request: ExperimentIdMessage,
    response: nothing,
    handle: async ({ experiment_id }, { context }) => {
      await assertStage(context, experiment_id, 'deleted');
      await restoreExperiment(context.store, parseExperimentId(experiment_id));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/experiments/set-experiment-tag',
    summary: 'Set a tag of an experiment.',
    needs: 'writer',
    about: aboutExperiment,
    request: SetExperimentTagRequest,
    response: nothing,
    handle: ({ experiment_id, key, value }, { context }) => {
      assertClientTag(key);
      const tags = fromKeyValueMessages([{ key, value }]);
      return setExperimentTags(context.store, parseExperimentId(experiment_id), tags);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/experiments/delete-experiment-tag',
    summary: 'Delete a tag of an experiment.',
    needs: 'writer',
    about: aboutExperiment,
    request: DeleteExperimentTagRequest,
    response: nothing,
    handle: async ({ experiment_id, key }, { context }) => {
      assertClientTag(key);
      const id = parseExperimentId(experiment_id);
      const { tags } = await getExperiment(context.store, id);
      if (!Object.hasOwn(tags, key)) {
        throw new WireError(
          'RESOURCE_DOES_NOT_EXIST',
          `No tag with name: ${key} in experiment with id ${experiment_id}`,
        );
      }
      await deleteExperimentTag(context.store, id, key);
    },
  }),
];

async function createExperiment(
  message: CreateExperimentRequest,
  { store, locations, hosts }: ServerContext,
  request: Call['request'],
): Promise<string> {
  const { name, artifact_location } = message;
  assertExperimentName(name);
  if (artifact_location) {
    assertHostAllowed(artifact_location, 'artifact_location', request, hosts);
  }
  for (const { key } of message.tags ?? []) assertClientTag(key);
  const tags = fromKeyValueMessages(message.tags ?? []);
  assertTags(tags, LIMITS.experimentTagValueLength);
  const draft = { name, creationTimeMs: Date.now() };
  if (artifact_location) {
    const location = {
      [ARTIFACT_LOCATION_TAG]: experimentLocation(artifact_location, locations.root),
    };
    const withLocation = { ...draft, tags: { ...tags, ...location } };
    return (await naming(name, store.createExperiment(withLocation))).experimentId;
  }
  const { experimentId } = await naming(name, store.createExperiment({ ...draft, tags }));
  if (locations.root !== PROXY_ROOT) {
    // The location contains the id, so it is known only now.
    const location = { [ARTIFACT_LOCATION_TAG]: below(locations.root, experimentId) };
    await setExperimentTags(store, experimentId, location);
  }
  return experimentId;
}

async function search(message: SearchExperimentsRequest, { context }: Call): Promise<unknown> {
  const { experiments, nextPageToken } = await searchExperiments(context.store, {
    // As in MLflow, a search must give max_results.
    ...searchOptions(message, { fallback: 0, greatest: 50_000 }),
    view: LIFECYCLE_VIEWS[message.view_type ?? 'ACTIVE_ONLY'],
  });
  return {
    experiments: listToWire(experiments.map((item) => messageOf(item, context))),
    next_page_token: nextPageToken,
  };
}

/**
 * Checks the lifecycle stage, because MLflow's delete does not find deleted experiments and its restore does not
 * find live ones.
 * @throws WireError
 */
async function assertStage(
  { store }: ServerContext,
  id: string,
  stage: LifecycleStage,
): Promise<void> {
  const { lifecycleStage } = await getExperiment(store, parseExperimentId(id));
  if (lifecycleStage === stage) return;
  throw new WireError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`);
}

function byName(experiments: readonly Experiment[], name: string): Experiment | undefined {
  const namesakes = experiments.filter((experiment) => experiment.name === name);
  return namesakes.find(({ lifecycleStage }) => lifecycleStage === 'active') ?? namesakes[0];
}

function messageOf(experiment: Experiment, { locations }: ServerContext): ExperimentMessage {
  const { [ARTIFACT_LOCATION_TAG]: _, ...tags } = experiment.tags;
  return toExperimentMessage({ ...experiment, tags }, locations.ofExperiment(experiment));
}

/** Reports a name that is in use with the text that MLflow's clients match. */
async function naming<Result>(name: string, attempt: Promise<Result>): Promise<Result> {
  try {
    return await attempt;
  } catch (error) {
    if (!isTidemarkError(error, 'EXPERIMENT_EXISTS')) throw error;
    throw new WireError(
      'RESOURCE_ALREADY_EXISTS',
      `Experiment(name=${name}) already exists. ${error.message}`,
      { cause: error },
    );
  }
}

/** Refuses the tag of the artifact location, which has a separate field. @throws WireError */
function assertClientTag(key: string): void {
  if (key !== ARTIFACT_LOCATION_TAG) return;
  throw invalidParameter(
    `The tag ${key} is reserved for the server. Give the location of artifacts as artifact_location when you create the experiment.`,
  );
}
