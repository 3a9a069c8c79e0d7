import { getRun, historyColumns, type MetricPoint, type RunId } from '@tidemark/core';
import {
  GetMetricHistoryBulkIntervalRequest,
  GetMetricHistoryBulkRequest,
  GetMetricHistoryRequest,
  listToWire,
  MetricHistoryResponse,
  toMetricMessage,
} from '@tidemark/mlflow';
import type { AccessTarget } from '../access/access.ts';
import { defineRoute, type Route } from '../dispatch/route.ts';
import type { ServerContext } from '../dispatch/server-context.ts';
import { missingParameter } from '../wire/invalid-request.ts';
import { invalidParameter } from '../wire/wire-error.ts';
import { aboutRun, aboutRunId } from './about.ts';
import { formatOffset, parseOffset } from './offset-token.ts';
import { pageSize } from './page-size.ts';
import { sampledPoints } from './sampled-points.ts';

const GREATEST_RUN_COUNT = 100;
const GREATEST_HISTORY = 25_000;
const GREATEST_INTERVAL = 2500;

/** Routes for histories of metrics: of one run page by page, of many runs, and sampled. */
export const METRIC_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/mlflow/metrics/get-history',
    summary: 'List all points of one metric of a run, page by page with max_results.',
    needs: 'reader',
    about: aboutRun,
    request: GetMetricHistoryRequest,
    response: MetricHistoryResponse,
    handle: async ({ run_id, metric_key, max_results, page_token }, { context }) => {
      const list = [run_id, metric_key];
      const from = parseOffset(page_token, list);
      const size =
        max_results === undefined
          ? Number.POSITIVE_INFINITY
          : pageSize(max_results, { fallback: max_results, greatest: GREATEST_HISTORY });
      const history = await historyOf(run_id, metric_key, context);
      const to = from + size;
      return {
        metrics: listToWire(history.slice(from, to).map((point) => toMetricMessage(point))),
        ...(to < history.length ? { next_page_token: formatOffset(to, list) } : {}),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/metrics/get-history-bulk',
    at: 'ajax',
    summary: 'List the points of one metric of up to 100 runs.',
    needs: 'reader',
    about: ({ run_id }, context) => aboutRuns(run_id, context),
    request: GetMetricHistoryBulkRequest,
    response: MetricHistoryResponse,
    handle: async ({ run_id, metric_key, max_results }, { context }) => {
      assertRunCount('GetMetricHistoryBulk', run_id, 'cannot specify more than');
      const size = Math.min(
        pageSize(max_results, { fallback: GREATEST_HISTORY, greatest: Number.MAX_SAFE_INTEGER }),
        GREATEST_HISTORY,
      );
      const metrics = [];
      for (const id of run_id.toSorted()) {
        const history = await historyOf(id, metric_key, context);
        for (const point of history.slice(0, size - metrics.length)) {
          metrics.push(toMetricMessage(point, id));
        }
      }
      return { metrics };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/metrics/get-history-bulk-interval',
    summary:
      'Sample one metric of up to 100 runs: at most max_results points of each run, with its first and last.',
    needs: 'reader',
    about: ({ run_ids }, context) => aboutRuns(run_ids, context),
    request: GetMetricHistoryBulkIntervalRequest,
    response: MetricHistoryResponse,
    handle: interval,
  }),
];

async function interval(
  message: GetMetricHistoryBulkIntervalRequest,
  { context }: { readonly context: ServerContext },
): Promise<unknown> {
  const { run_ids, metric_key, start_step, end_step, max_results = GREATEST_INTERVAL } = message;
  if (run_ids.length === 0) throw missingParameter('run_ids');
  assertRunCount('GetMetricHistoryBulkInterval', run_ids, 'must specify at most');
  if (!(max_results >= 1 && max_results <= GREATEST_INTERVAL)) {
    throw invalidParameter(
      `max_results must be between 1 and ${GREATEST_INTERVAL}. See the API docs for more information about request parameters.`,
    );
  }
  if ((start_step === undefined) !== (end_step === undefined)) {
    throw invalidParameter(
      'If either start step or end step are specified, both must be specified.',
    );
  }
  const first = start_step ?? Number.NEGATIVE_INFINITY;
  const last = end_step ?? Number.POSITIVE_INFINITY;
  if (first > last) {
    throw invalidParameter(
      `end_step must be greater than start_step. Found start_step=${first} and end_step=${last}.`,
    );
  }
  const metrics = [];
  for (const id of new Set(run_ids)) {
    const { runId } = await getRun(context.store, id as RunId);
    const history = await historyColumns(context.store, runId, metric_key);
    const sample = { count: max_results, firstStep: first, lastStep: last };
    for (const point of sampledPoints(history, sample)) metrics.push(toMetricMessage(point, id));
  }
  return { metrics: listToWire(metrics) };
}

async function historyOf(
  id: string,
  key: string,
  { store }: ServerContext,
): Promise<MetricPoint[]> {
  const { runId } = await getRun(store, id as RunId);
  return store.metricHistory(runId, key);
}

function aboutRuns(ids: readonly string[], context: ServerContext): Promise<AccessTarget[]> {
  return Promise.all(ids.slice(0, GREATEST_RUN_COUNT + 1).map((id) => aboutRunId(id, context)));
}

function assertRunCount(request: string, ids: readonly string[], words: string): void {
  if (ids.length === 0) {
    throw invalidParameter(`${request} request must specify at least one run_id.`);
  }
  if (ids.length <= GREATEST_RUN_COUNT) return;
  throw invalidParameter(
    `${request} request ${words} ${GREATEST_RUN_COUNT} run_ids. Received ${ids.length} run_ids.`,
  );
}
