import {
  assertEvent,
  compareMetricPoints,
  type ExperimentId,
  isTidemarkError,
  type MetricPoint,
  newRunId,
  pickRuns,
  type Run,
  type RunDraft,
  type RunId,
  type RunQuery,
} from '@tidemark/core';
import { eachLimited } from './each-limited.ts';
import { toKeyValueMessages } from './messages/key-value.ts';
import { fromMetricMessage, MetricHistoryResponse } from './messages/metric.ts';
import { fromRunMessage, RunResponse, SearchRunsResponse } from './messages/run.ts';
import type { RestClient } from './rest-client.ts';
import { experimentGroups } from './rest-experiments.ts';
import { allPages } from './rest-pages.ts';
import { serverQuery } from './server-query.ts';

// Page sizes that every server of the protocol accepts.
const RUNS_PAGE = 1000;
const HISTORY_PAGE = 25_000;
const VIEWS = { active: 'ACTIVE_ONLY', deleted: 'DELETED_ONLY', all: 'ALL' } as const;

/** Creates a run. Only a server that keeps ids accepts an id. @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED */
export async function createRestRun(client: RestClient, draft: RunDraft): Promise<Run> {
  const { runId, experimentId, name, userId, startTimeMs, tags = {} } = draft;
  assertEvent({
    kind: 'run-created',
    run: runId ?? newRunId(),
    experiment: experimentId,
    name,
    user: userId,
    timeMs: startTimeMs,
    tags,
  });
  const { run } = await client.call(
    {
      method: 'POST',
      path: '/mlflow/runs/create',
      body: {
        experiment_id: experimentId,
        user_id: userId,
        run_name: name,
        start_time: startTimeMs,
        tags: toKeyValueMessages(tags),
        tidemark_run_id: runId,
      },
      subject: 'run',
      // With a given id, the call may be repeated.
      repeatable: runId !== undefined,
    },
    RunResponse,
  );
  return fromRunMessage(run);
}

/** Returns the runs of these ids. Those that do not exist are left out. */
export async function readRestRuns(client: RestClient, runIds: readonly RunId[]): Promise<Run[]> {
  const found = await eachLimited(runIds, (run_id) =>
    client
      .call(
        { method: 'GET', path: '/mlflow/runs/get', query: { run_id }, subject: 'run' },
        RunResponse,
      )
      .catch(unlessGone(undefined)),
  );
  return found.flatMap((answer) => (answer === undefined ? [] : [fromRunMessage(answer.run)]));
}

/** Returns every run of these experiments, even deleted ones. */
export async function readRestRunsOf(
  client: RestClient,
  experimentIds: readonly ExperimentId[],
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const experiment_ids of experimentGroups(experimentIds)) {
    const search = { experiment_ids, run_view_type: 'ALL' };
    const found = await allPages(
      (page_token) => searchPage(client, { ...search, page_token }),
      (page) => page.runs,
    );
    runs.push(...found.map(fromRunMessage));
  }
  return runs;
}

/** Finds runs. The server gets the part of the query that it supports, and the rest is done here. */
export async function findRestRuns(
  client: RestClient,
  query: RunQuery,
  server: { readonly isTidemark: boolean; readonly experimentIds: readonly ExperimentId[] },
): Promise<Run[]> {
  const { filter, orderBy } = serverQuery(query, server.isTidemark);
  const groups = experimentGroups(server.experimentIds);
  // Each of several searches has its own order.
  const isOrdered = orderBy !== undefined && groups.length === 1;
  let found: Run[] = [];
  for (const experiment_ids of groups) {
    let page_token: string | undefined;
    do {
      const page = await searchPage(client, {
        experiment_ids,
        filter,
        run_view_type: VIEWS[query.view],
        order_by: orderBy,
        page_token,
      });
      found = pickRuns([...found, ...page.runs.map(fromRunMessage)], query);
      if (isOrdered && found.length === query.limit) break;
      page_token = page.runs.length === 0 ? undefined : page.next_page_token || undefined;
    } while (page_token !== undefined);
  }
  return found;
}

/** Returns all points of one metric, by timestamp, step and value. A missing run has no points. */
export async function readRestHistory(
  client: RestClient,
  runId: RunId,
  key: string,
): Promise<MetricPoint[]> {
  const read = allPages(
    (page_token) =>
      client.call(
        {
          method: 'GET',
          path: '/mlflow/metrics/get-history',
          query: { run_id: runId, metric_key: key, max_results: HISTORY_PAGE, page_token },
          subject: 'run',
        },
        MetricHistoryResponse,
      ),
    ({ metrics }) => metrics,
  );
  const points = (await read.catch(unlessGone([]))).map(fromMetricMessage);
  points.sort((a, b) => a.timestampMs - b.timestampMs || compareMetricPoints(a, b));
  return points.filter(
    (point, at) => at === 0 || compareMetricPoints(points[at - 1] as MetricPoint, point) !== 0,
  );
}

function searchPage(client: RestClient, search: object): Promise<SearchRunsResponse> {
  const body = { max_results: RUNS_PAGE, ...search };
  return client.call(
    { method: 'POST', path: '/mlflow/runs/search', body, subject: 'run' },
    SearchRunsResponse,
  );
}

function unlessGone<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if (isTidemarkError(error, 'RUN_NOT_FOUND')) return instead;
    throw error;
  };
}
