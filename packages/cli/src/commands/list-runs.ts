import {
  type Experiment,
  type Run,
  type SearchRunsOptions,
  type Store,
  searchRuns,
  TidemarkError,
} from '@tidemark/core';
import { openExistingStore } from '../open.ts';
import { renderJson } from '../render/json.ts';
import { formatAge, formatDuration, formatNumber } from '../render/quantities.ts';
import { renderRunCsv } from '../render/run-csv.ts';
import { statusCell } from '../render/status.ts';
import { styleOf } from '../render/style.ts';
import { renderTable } from '../render/table.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `tidemark runs list`. */
export interface ListRunsOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly experiment?: string;
  /** Default 20 for people, all for programs. */
  readonly limit?: number;
  readonly deleted?: boolean;
  /** In MLflow's grammar, with more; see docs/search.md. */
  readonly filter?: string;
  /** Such as `metrics.loss, start_time DESC`; newest first without it. */
  readonly orderBy?: string;
}

const DEFAULT_LIMIT = 20;
/** People are told how many more there are, up to so many. */
const COUNTED = 1_000;
/** The most that one page of a search may hold. */
const PAGE_SIZE = 50_000;

/** Lists runs, newest first or as asked. @throws EXPERIMENT_NOT_FOUND, FILTER_INVALID, STORE_NOT_FOUND */
export async function listRuns(options: ListRunsOptions, terminal: Terminal): Promise<void> {
  const store = await openExistingStore(options);
  const experiments = await store.experiments();
  const chosen = chooseExperiments(experiments, options.experiment);
  const { filter, orderBy } = options;
  const search: SearchRunsOptions = {
    view: options.deleted === true ? 'deleted' : 'active',
    ...(chosen === undefined
      ? {}
      : { experimentIds: chosen.map(({ experimentId }) => experimentId) }),
    ...(filter === undefined ? {} : { filter }),
    ...(orderBy === undefined ? {} : { orderBy }),
  };
  const names = new Map<string, string>(
    experiments.map(({ experimentId, name }) => [experimentId, name]),
  );
  if (options.csv === true || options.json === true) {
    const runs = await searchPages(store, search, options.limit ?? Number.POSITIVE_INFINITY);
    terminal.out(
      options.csv === true
        ? renderRunCsv(runs, (experimentId) => names.get(experimentId))
        : renderJson(runs.map((run) => ({ ...run, experimentName: names.get(run.experimentId) }))),
    );
    return;
  }
  const limit = options.limit ?? DEFAULT_LIMIT;
  const matching = await searchPages(store, search, limit + COUNTED + 1);
  const shown = matching.slice(0, limit);
  if (shown.length === 0) {
    terminal.out(
      filter === undefined
        ? 'No runs yet. Start one with startRun() of @tidemark/client, or with autolog(tf).\n'
        : 'No run matches the filter.\n',
    );
    return;
  }
  const style = styleOf(terminal);
  const nowMs = Date.now();
  const rows = shown.map((run) => [
    run.runId.slice(0, 12),
    run.name,
    names.get(run.experimentId) ?? run.experimentId,
    statusCell(run.status, style),
    formatAge(run.startTimeMs, nowMs),
    run.endTimeMs === undefined ? '' : formatDuration(run.endTimeMs - run.startTimeMs),
    metricsSummary(run),
  ]);
  terminal.out(
    renderTable(
      [
        { title: 'RUN' },
        { title: 'NAME', flexible: true },
        { title: 'EXPERIMENT', flexible: true },
        { title: 'STATUS' },
        { title: 'STARTED' },
        { title: 'TOOK', align: 'right' },
        { title: 'LATEST METRICS', flexible: true },
      ],
      rows,
      { style, width: terminal.width },
    ),
  );
  const more = matching.length - shown.length;
  if (more > COUNTED) terminal.out(style.dim(`… and over ${COUNTED} more (--limit <count>)\n`));
  else if (more > 0) {
    terminal.out(style.dim(`… and ${more} more (--limit ${matching.length})\n`));
  }
}

/** The first runs that match, at most `limit`. */
async function searchPages(
  store: Store,
  search: SearchRunsOptions,
  limit: number,
): Promise<readonly Run[]> {
  const found: Run[] = [];
  let pageToken: string | undefined;
  do {
    const page = await searchRuns(store, {
      ...search,
      maxResults: Math.min(PAGE_SIZE, limit - found.length),
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    found.push(...page.runs);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && found.length < limit);
  return found;
}

function chooseExperiments(
  experiments: readonly Experiment[],
  name: string | undefined,
): readonly Experiment[] | undefined {
  if (name === undefined) return undefined;
  const chosen = experiments.filter((experiment) => experiment.name === name);
  if (chosen.length > 0) return chosen;
  const known = experiments.map((experiment) => experiment.name).join(', ');
  throw new TidemarkError(
    'EXPERIMENT_NOT_FOUND',
    `No experiment has the name ${JSON.stringify(name)}. The store has: ${known}.`,
  );
}

function metricsSummary(run: Run): string {
  return Object.values(run.metrics)
    .map(({ key, value }) => `${key}=${formatNumber(value)}`)
    .join(' ');
}
