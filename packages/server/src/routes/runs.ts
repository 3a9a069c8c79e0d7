import {
  assertExperimentActive,
  assertTags,
  deleteRun,
  getExperiment,
  getRun,
  parseExperimentId,
  parseRunId,
  RUN_NAME_TAG,
  type Run,
  type RunId,
  randomRunName,
  restoreRun,
  searchRuns,
  updateRun,
} from '@tidemark/core';
import {
  CreateRunRequest,
  listToWire,
  RunIdRequest,
  type RunJson,
  RunResponse,
  SearchRunsRequest,
  SearchRunsResponse,
  toRunInfoMessage,
  toRunMessage,
  UpdateRunRequest,
} from '@tidemark/mlflow';
import { actorOf } from '../access/access.ts';
import { runOwner } from '../artifacts/proxy-path.ts';
import { type Call, defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { wantsTidemarkFields } from '../wire/tidemark-fields.ts';
import { invalidParameter } from '../wire/wire-error.ts';
import { aboutNew, aboutRun, experimentTarget } from './about.ts';
import { LIFECYCLE_VIEWS } from './lifecycle-views.ts';
import { readTags } from './read-values.ts';
import { searchOptions } from './search-options.ts';

/** Routes for runs: create, read, search, update, delete, restore. */
export const RUN_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/create',
    creates: true,
    summary: 'Start a run.',
    needs: 'writer',
    about: aboutNew,
    request: CreateRunRequest,
    response: RunResponse,
    handle: async (message, call) => {
      const { outputs: _, ...run } = await runMessage(await createRun(message, call), call);
      return { run };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/runs/get',
    summary: 'Read a run with its latest metrics, params, tags, inputs and outputs.',
    needs: 'reader',
    about: aboutRun,
    request: RunIdRequest,
    response: RunResponse,
    handle: async ({ run_id }, call) => ({
      run: await runMessage(await getRun(call.context.store, run_id as RunId), call),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/search',
    summary: 'Search the runs of experiments with a filter and an order, page by page.',
    needs: 'reader',
    // Experiments that the caller may not read look empty.
    about: () => [],
    request: SearchRunsRequest,
    response: SearchRunsResponse,
    handle: search,
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/update',
    summary: 'Change the status, the end time or the name of a run.',
    needs: 'writer',
    about: aboutRun,
    request: UpdateRunRequest,
    handle: async ({ run_id, status, end_time, run_name }, { context }) => {
      const run = await updateRun(context.store, parseRunId(run_id), {
        ...(status === undefined ? {} : { status }),
        ...(end_time ? { endTimeMs: end_time } : {}),
        ...(run_name ? { name: run_name } : {}),
        remote: true,
      });
      const artifactUri = await context.locations.ofOwner(runOwner(run));
      return { run_info: toRunInfoMessage(run, { artifactUri }) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/delete',
    summary: 'Delete a run. You can restore it.',
    needs: 'writer',
    about: aboutRun,
    request: RunIdRequest,
    response: nothing,
    handle: ({ run_id }, { context }) => deleteRun(context.store, parseRunId(run_id)),
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/runs/restore',
    summary: 'Restore a deleted run.',
    needs: 'writer',
    about: aboutRun,
    request: RunIdRequest,
    response: nothing,
    handle: ({ run_id }, { context }) => restoreRun(context.store, parseRunId(run_id)),
  }),
];

async function createRun(message: CreateRunRequest, { context, caller }: Call): Promise<Run> {
  const { store } = context;
  const experimentId = parseExperimentId(message.experiment_id || '0');
  assertExperimentActive(await getExperiment(store, experimentId));
  const tags = readTags(message.tags ?? []);
  assertTags(tags);
  const { start_time = Date.now() } = message;
  if (start_time < 0)
    throw invalidParameter(
      `Invalid value ${start_time} for parameter 'start_time' supplied: it is before 1970.`,
    );
  return store.createRun({
    ...(message.tidemark_run_id === undefined
      ? {}
      : { runId: parseRunId(message.tidemark_run_id) }),
    experimentId,
    name: runName(message, tags),
    // An authenticated user replaces the name in the body.
    userId: (caller.actor === undefined ? message.user_id : undefined) ?? actorOf(caller).name,
    startTimeMs: start_time,
    tags,
    remote: true,
  });
}

/** Returns the name of a new run. MLflow also keeps it in a tag, and both must agree. @throws WireError */
function runName({ run_name }: CreateRunRequest, tags: Readonly<Record<string, string>>): string {
  const tagged = Object.hasOwn(tags, RUN_NAME_TAG) ? tags[RUN_NAME_TAG] : undefined;
  if (run_name && tagged && run_name !== tagged) {
    throw invalidParameter(
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${run_name}', mlflow.runName='${tagged}').`,
    );
  }
  return run_name || tagged || randomRunName();
}

async function search(message: SearchRunsRequest, call: Call): Promise<unknown> {
  const experimentIds = (message.experiment_ids ?? [])
    .map(parseExperimentId)
    .filter((id) => call.caller.may('reader', experimentTarget(id)));
  // Without experiments the result is empty, as in MLflow, but the rest of the message is still validated.
  const { runs, nextPageToken } = await searchRuns(call.context.store, {
    experimentIds,
    ...searchOptions(message, { fallback: 1000, greatest: 50_000 }),
    view: LIFECYCLE_VIEWS[message.run_view_type ?? 'ACTIVE_ONLY'],
  });
  const messages: RunJson[] = [];
  for (const run of runs) messages.push(await runMessage(run, call));
  return { runs: listToWire(messages), next_page_token: nextPageToken };
}

async function runMessage(run: Run, { context, request }: Call): Promise<RunJson> {
  return toRunMessage(run, {
    artifactUri: await context.locations.ofOwner(runOwner(run)),
    tidemarkFields: wantsTidemarkFields(request),
  });
}
