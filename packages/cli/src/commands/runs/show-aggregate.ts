import { aggregateBy, type ParamAggregate } from '@tidemark/duckdb-query';
import { renderCsv } from '../../render/csv-table.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatNumber } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { type Cell, renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { AnalysisOptions } from './analysis-options.ts';
import { withAnalysis } from './analysis-session.ts';

/** Options of `tidemark runs aggregate`. */
export interface ShowAggregateOptions extends AnalysisOptions, CsvOptions {
  readonly json?: boolean;
  /** The param whose values make the groups. */
  readonly by: string;
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

const TITLES = [
  ...['param_value', 'runs', 'missing', 'count', 'non_finite', 'mean', 'deviation'],
  ...['low', 'high', 'min', 'max'],
];

/** Shows the spread of a metric by a param. @throws as `showLeaderboard` */
export async function showAggregate(
  metric: string,
  options: ShowAggregateOptions,
  terminal: Terminal,
): Promise<void> {
  const { by, confidence } = options;
  const groups = await withAnalysis(metric, options, (session, asked) =>
    aggregateBy(session, {
      ...asked,
      param: by,
      ...(confidence === undefined ? {} : { confidence }),
    }),
  );
  const csv = csvFormOf(options);
  if (options.json === true) terminal.out(renderJson(groups));
  else if (csv !== undefined) {
    const rows = groups.map(({ paramValue, nonFinite, ...rest }) => ({
      ...rest,
      param_value: paramValue,
      non_finite: nonFinite,
    }));
    terminal.out(renderCsv(TITLES, rows, csv));
  } else if (groups.length === 0) say(terminal, 'No run matches.\n');
  else if (groups.every(({ paramValue }) => paramValue === null)) {
    say(terminal, `No run that matches has the param ${JSON.stringify(by)}.\n`);
  } else printGroups(by, groups, terminal);
}

function printGroups(by: string, groups: readonly ParamAggregate[], terminal: Terminal): void {
  const style = styleOf(terminal);
  const number = (value: number | null): Cell =>
    value === null ? { text: '–', mark: style.dim } : formatNumber(value);
  const rows = groups.map((group): Cell[] => [
    group.paramValue ?? { text: 'none', mark: style.dim },
    String(group.runs),
    number(group.mean),
    number(group.deviation),
    group.low === null || group.high === null
      ? number(null)
      : `${formatNumber(group.low)} to ${formatNumber(group.high)}`,
    leftOut(group),
  ]);
  terminal.out(
    renderTable(
      [
        { title: by.toUpperCase(), flexible: true },
        { title: 'RUNS', align: 'right' },
        { title: 'MEAN', align: 'right' },
        { title: 'DEVIATION', align: 'right' },
        { title: 'INTERVAL', align: 'right' },
        { title: '', flexible: true },
      ],
      rows,
      { style, width: terminal.width },
    ),
  );
}

/** Returns which runs of the group are not in its mean. */
function leftOut({ missing, nonFinite }: ParamAggregate): string {
  return [
    ...(missing === 0 ? [] : [`${missing} without the metric`]),
    ...(nonFinite === 0 ? [] : [`${nonFinite} not finite`]),
  ].join(', ');
}
