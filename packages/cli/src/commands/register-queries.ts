import type { Command } from 'commander';
import { CheckFailed } from '../check-failed.ts';
import { positiveInteger } from '../positive-integer.ts';
import { listing, looking, type StoreOptions } from '../store-options.ts';
import type { Terminal } from '../terminal.ts';
import type { LineageOptions } from './show-lineage.ts';

interface SqlCommandOptions extends StoreOptions {
  readonly csv?: true;
  readonly limit?: number;
  readonly tables?: true;
}

/** `lineage` and `sql`. */
export function registerQueries(program: Command, terminal: Terminal): void {
  looking(program.command('lineage'))
    .description('Show what stands behind a model: table versions, runs, code.')
    .argument('<model>', 'models:/name/3, models:/name@alias, models:/m-… or runs:/<run>/<name>')
    .option('--check', 'read the recorded rows again; exit 1 when they are not the same')
    .action(async (model: string, options: LineageOptions) => {
      const { showLineage } = await import('./show-lineage.ts');
      if (await showLineage(model, options, terminal)) return;
      throw new CheckFailed('a dataset is not what was recorded');
    });
  listing(program.command('sql'))
    .description('Query runs, params, full metric histories and models with SQL (DuckDB).')
    .argument('[query]', 'one SELECT; `-` reads it from standard input')
    .option(
      '-n, --limit <count>',
      'at most this many rows; by default 50, and all with --json or --csv',
      positiveInteger,
    )
    .option('--tables', 'list the tables there are, with their columns')
    .addHelpText(
      'after',
      `
Example:
  tidemark sql "select name, status from runs order by start_time desc limit 5"`,
    )
    .action(async (query: string | undefined, options: SqlCommandOptions, command: Command) => {
      const { listTables, runSql } = await import('./sql.ts');
      if (options.tables === true) listTables(options, terminal);
      else if (query !== undefined) await runSql(query, options, terminal);
      else command.error('error: give a query, or --tables for what can be asked');
    });
}
