import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { SqlOptions } from './run-sql.ts';

/** `tidemark sql`. */
export const sql: CommandDefinition = {
  name: 'sql',
  summary: 'Query runs, params, metric histories and models with SQL (DuckDB).',
  arguments: [argument('[query]', 'one SELECT, or `-` to read it from standard input')],
  options: [
    ...LISTING,
    option(
      '-n, --limit <count>',
      'the most rows (default: 50, with --json or --csv all)',
      positiveInteger,
    ),
    option('--tables', 'list the tables with their columns'),
  ],
  notes: `Example:
  tidemark sql "select name, status from runs order by start_time desc limit 5"`,
  async action(
    query: string | undefined,
    options: SqlOptions & { readonly tables?: true },
    terminal: Terminal,
    command: Command,
  ) {
    const { listTables, runSql } = await import('./run-sql.ts');
    if (options.tables === true) listTables(options, terminal);
    else if (query !== undefined) await runSql(query, options, terminal);
    else command.error('error: give a query, or --tables to list the tables');
  },
};
