import { leaderboard, type RankedRun } from '@tidemark/duckdb-query';
import { renderCsv } from '../../render/csv-table.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatAge, formatNumber } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { type Cell, renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { AnalysisOptions } from './analysis-options.ts';
import { withAnalysis } from './analysis-session.ts';

/** Options of `tidemark runs leaderboard`. */
export interface ShowLeaderboardOptions extends AnalysisOptions, CsvOptions {
  readonly json?: boolean;
  /** The most runs. Default 10. */
  readonly limit?: number;
}

/** Characters of an id that tell runs apart. */
const SHOWN_OF_ID = 8;

/** Ranks runs by a metric. @throws INVALID_ARGUMENT, FILTER_INVALID, EXPERIMENT_NOT_FOUND, STORE_NOT_FOUND */
export async function showLeaderboard(
  metric: string,
  options: ShowLeaderboardOptions,
  terminal: Terminal,
): Promise<void> {
  const { limit } = options;
  const runs = await withAnalysis(metric, options, (session, asked) =>
    leaderboard(session, { ...asked, ...(limit === undefined ? {} : { limit }) }),
  );
  const csv = csvFormOf(options);
  if (options.json === true) terminal.out(renderJson(runs));
  else if (csv !== undefined) {
    const params = [...new Set(runs.flatMap((run) => Object.keys(run.params)))].sort();
    const titles = ['rank', 'run_id', 'name', 'experiment', 'status', 'value', 'step'];
    terminal.out(
      renderCsv([...titles, ...params.map((key) => `params.${key}`)], runs.map(csvRow), csv),
    );
  } else if (runs.length === 0) {
    say(terminal, `No run that matches has the metric ${JSON.stringify(metric)}.\n`);
  } else printRuns(metric, runs, terminal);
}

function csvRow(run: RankedRun): Record<string, string | number | null> {
  const { rank, runId, name, experimentName, status, value, step, params } = run;
  return {
    ...{ rank, run_id: runId, name, experiment: experimentName, status, value, step },
    ...Object.fromEntries(Object.entries(params).map(([key, text]) => [`params.${key}`, text])),
  };
}

function printRuns(metric: string, runs: readonly RankedRun[], terminal: Terminal): void {
  const style = styleOf(terminal);
  const nowMs = Date.now();
  const params = (run: RankedRun): string =>
    Object.entries(run.params)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ');
  const rows = runs.map((run): Cell[] => [
    String(run.rank),
    run.runId.slice(0, SHOWN_OF_ID),
    run.name,
    formatNumber(run.value),
    run.step === null ? '' : String(run.step),
    formatAge(run.startTime.getTime(), nowMs),
    params(run),
  ]);
  terminal.out(
    renderTable(
      [
        { title: '', align: 'right' },
        { title: 'RUN' },
        { title: 'NAME', flexible: true },
        { title: metric.toUpperCase(), align: 'right', flexible: true },
        { title: 'STEP', align: 'right' },
        { title: 'STARTED' },
        { title: 'PARAMS', flexible: true },
      ],
      rows,
      { style, width: terminal.width },
    ),
  );
}
