import {
  type CountRunsOptions,
  countRuns,
  type Experiment,
  type Run,
  type RunId,
  type SearchRunsOptions,
  type Store,
  searchRuns,
  TidemarkError,
} from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatAge, formatDuration } from '../../render/quantities.ts';
import { renderRunCsv } from '../../render/run-csv.ts';
import { statusCell } from '../../render/status.ts';
import { printable, styleOf } from '../../render/style.ts';
import { type Cell, renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { metricsCell } from './metrics-cell.ts';
import { parentOf, runTree } from './run-tree.ts';

/** Options of `tidemark runs list`. */
export interface ListRunsOptions extends CsvOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly experiment?: string;
  /** The most runs. Default 20 for people, all for programs. */
  readonly limit?: number;
  readonly deleted?: boolean;
  /** A filter in MLflow's grammar and its extensions; see docs/search.md. */
  readonly filter?: string;
  /** Such as `metrics.loss, start_time DESC`. Default: newest first. */
  readonly orderBy?: string;
}

const DEFAULT_LIMIT = 20;
/** Up to this number, the output says how many more runs there are. */
const COUNTED = 1_000;
/** From this width on, every column has room. */
const WIDE = 110;
/** Characters of an id that tell runs apart. You can give more of them where they do not. */
const SHOWN_OF_ID = 8;
/** The most runs on one page of a search. */
const PAGE_SIZE = 50_000;

/**
 * Lists runs, newest first or in the requested order.
 * @throws EXPERIMENT_NOT_FOUND, FILTER_INVALID, STORE_NOT_FOUND
 */
export async function listRuns(options: ListRunsOptions, terminal: Terminal): Promise<void> {
  const store = await openExistingStore(options);
  const experiments = await store.experiments();
  const chosen = chooseExperiments(experiments, options.experiment);
  const { filter, orderBy } = options;
  const counted: CountRunsOptions = {
    view: options.deleted === true ? 'deleted' : 'active',
    ...(chosen === undefined
      ? {}
      : { experimentIds: chosen.map(({ experimentId }) => experimentId) }),
    ...(filter === undefined ? {} : { filter }),
  };
  const search: SearchRunsOptions = { ...counted, ...(orderBy === undefined ? {} : { orderBy }) };
  const names = new Map<string, string>(
    experiments.map(({ experimentId, name }) => [experimentId, name]),
  );
  const csv = csvFormOf(options);
  if (csv !== undefined || options.json === true) {
    const runs = await searchPages(store, search, options.limit ?? Number.POSITIVE_INFINITY);
    terminal.out(
      csv !== undefined
        ? renderRunCsv(runs, (experimentId) => names.get(experimentId), csv)
        : renderJson(runs.map((run) => ({ ...run, experimentName: names.get(run.experimentId) }))),
    );
    return;
  }
  const limit = options.limit ?? DEFAULT_LIMIT;
  const found = await searchPages(store, search, limit + 1);
  const shown = found.slice(0, limit);
  if (shown.length === 0) {
    say(
      terminal,
      filter === undefined
        ? 'No runs yet. Start one with startRun() of @tidemark/client, or with autolog(tf).\n'
        : 'No run matches the filter.\n',
    );
    return;
  }
  const style = styleOf(terminal);
  const nowMs = Date.now();
  const tree =
    orderBy === undefined
      ? runTree(filter === undefined ? await withParents(store, shown, search) : shown)
      : shown.map((run) => ({ run, depth: 0 }));
  const asked = `${orderBy ?? ''} ${filter ?? ''}`;
  // With little room, the column of a single experiment is left out.
  const isOfOne =
    terminal.width < WIDE && new Set(tree.map(({ run }) => run.experimentId)).size === 1;
  const ofExperiment = (cell: string): string[] => (isOfOne ? [] : [cell]);
  const rows = tree.map(({ run, depth }): Cell[] => [
    run.runId.slice(0, SHOWN_OF_ID),
    depth === 0 ? run.name : `${'  '.repeat(depth - 1)}└ ${run.name}`,
    ...ofExperiment(names.get(run.experimentId) ?? run.experimentId),
    statusCell(run.status, style),
    formatAge(run.startTimeMs, nowMs),
    run.endTimeMs === undefined ? '' : formatDuration(run.endTimeMs - run.startTimeMs),
    metricsCell(run, asked),
  ]);
  terminal.out(
    renderTable(
      [
        { title: 'RUN' },
        { title: 'NAME', flexible: true },
        ...ofExperiment('EXPERIMENT').map((title) => ({ title, flexible: true })),
        { title: 'STATUS' },
        { title: 'STARTED' },
        { title: 'TOOK', align: 'right' },
        { title: 'METRICS', flexible: true },
      ],
      rows,
      { style, width: terminal.width },
    ),
  );
  const [{ experimentId }] = shown as [Run];
  if (isOfOne && options.experiment === undefined) {
    terminal.out(
      style.dim(`of the experiment ${printable(names.get(experimentId) ?? experimentId)}\n`),
    );
  }
  const count =
    found.length > limit ? await countRuns(store, { ...counted, atMost: limit + COUNTED + 1 }) : 0;
  const more = count - shown.length;
  if (more > COUNTED) terminal.out(style.dim(`… and over ${COUNTED} more (--limit <count>)\n`));
  else if (more > 0) {
    terminal.out(style.dim(`… and ${more} more (--limit ${count})\n`));
  }
}

/** Returns the first runs that match, at most `limit`. */
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

/** Returns the runs, and before each its live parents that are not among them. */
async function withParents(
  store: Store,
  runs: readonly Run[],
  { view }: SearchRunsOptions,
): Promise<readonly Run[]> {
  if (view === 'deleted') return runs;
  const shown = new Set<string>(runs.map(({ runId }) => runId));
  const above = new Map<string, Run>();
  for (let level = runs; level.length > 0; ) {
    const parents = level.map(parentOf).filter((id) => id !== undefined);
    const missing = new Set(parents.filter((id) => !shown.has(id) && !above.has(id)));
    const runIds = [...missing] as RunId[];
    const found = runIds.length === 0 ? [] : await store.runs({ runIds });
    level = found.filter(({ lifecycleStage }) => lifecycleStage === 'active');
    for (const run of level) above.set(run.runId, run);
  }
  return runs.flatMap((run) => {
    const chain = [run];
    for (let at = run; ; ) {
      const parent = above.get(parentOf(at) ?? '');
      if (parent === undefined) return chain;
      above.delete(parent.runId);
      chain.unshift(parent);
      at = parent;
    }
  });
}
