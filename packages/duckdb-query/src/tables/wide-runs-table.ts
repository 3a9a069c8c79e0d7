import type { Run } from '@tidemark/core';
import { numberOf, paramType, truthOf } from './param-type.ts';
import {
  type CellInput,
  type Column,
  real,
  type SqlTable,
  sqlTable,
  text,
  time,
  truth,
  whole,
} from './sql-table.ts';

/** The function that gives one row for each run of an experiment, as it is documented. */
export const RUNS_WIDE: { readonly name: string; readonly description: string } = {
  name: 'runs_wide',
  description:
    'The runs of an experiment, as in FROM runs_wide(\'penguins\'): one row for each run, with a typed column for each param and for the latest value of each metric, such as "params.lr" and "metrics.loss".',
};

/** Returns the name of the table of an experiment. It is hexadecimal, because names of tables ignore upper and lower case. */
function wideRunsName(experiment: string): string {
  return `${RUNS_WIDE.name}_${Buffer.from(experiment).toString('hex').toUpperCase()}`;
}

/** The statement that lets queries call `runs_wide(experiment)`: it reads the table with the name of `wideRunsName`. */
export const CREATE_RUNS_WIDE: string = `
  CREATE MACRO ${RUNS_WIDE.name}(experiment) AS TABLE
    FROM query_table('${RUNS_WIDE.name}_' || hex(experiment))`;

/** Returns the table of the runs of one experiment. Its columns depend on the params and metrics of these runs. */
export function wideRunsTable(experiment: string, runs: readonly Run[]): SqlTable<readonly Run[]> {
  const columns: [name: string, column: Column<Run>][] = [
    ['run_id', text('The id of the run.', ({ runId }) => runId)],
    ['name', text('Its name.', ({ name }) => name)],
    ['status', text('Its status.', ({ status }) => status)],
    ['lifecycle_stage', text('`active` or `deleted`.', ({ lifecycleStage }) => lifecycleStage)],
    ['start_time', time('When it began.', ({ startTimeMs }) => startTimeMs)],
    ['end_time', time('When it ended.', ({ endTimeMs }) => endTimeMs)],
    ...keysOf(runs, ({ params }) => params).map((key): [string, Column<Run>] => [
      `params.${key}`,
      paramColumn(key, runs),
    ]),
    ...keysOf(runs, ({ metrics }) => metrics).map((key): [string, Column<Run>] => [
      `metrics.${key}`,
      real(`The latest value of the metric ${key}.`, ({ metrics }) =>
        Object.hasOwn(metrics, key) ? metrics[key]?.value : undefined,
      ),
    ]),
  ];
  return sqlTable<readonly Run[], Run>({
    name: wideRunsName(experiment),
    description: RUNS_WIDE.description,
    items: (source) => source,
    columns: Object.fromEntries(withDistinctNames(columns)),
  });
}

function keysOf(
  runs: readonly Run[],
  record: (run: Run) => Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(record(run))))].sort();
}

/** DuckDB ignores upper and lower case in names of columns, so one that occurs twice gets a number, as in results. */
function withDistinctNames<Item>(
  columns: readonly [name: string, column: Column<Item>][],
): [string, Column<Item>][] {
  const taken = new Set<string>();
  return columns.map(([name, column]) => {
    let distinct = name;
    for (let number = 1; taken.has(distinct.toLowerCase()); number += 1) {
      distinct = `${name}:${number}`;
    }
    taken.add(distinct.toLowerCase());
    return [distinct, column];
  });
}

/** Returns a column of the narrowest type that all values of a param have; texts where they have none in common. */
function paramColumn(key: string, runs: readonly Run[]): Column<Run> {
  const description = `The param ${key}.`;
  const values = runs.flatMap(({ params }) =>
    Object.hasOwn(params, key) ? [params[key] as string] : [],
  );
  const of = <Value extends CellInput>(convert: (value: string) => Value) => {
    return ({ params }: Run): Value | undefined =>
      Object.hasOwn(params, key) ? convert(params[key] as string) : undefined;
  };
  switch (paramType(values)) {
    case 'BOOLEAN':
      return truth(description, of(truthOf));
    case 'BIGINT':
      return whole(description, of(numberOf));
    case 'DOUBLE':
      return real(description, of(numberOf));
    case 'VARCHAR':
      return text(
        description,
        of((value) => value),
      );
  }
}
