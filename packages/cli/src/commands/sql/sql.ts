import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { SqlOptions } from './run-sql.ts';

/** `tidemark sql`. */
export const sql: CommandDefinition = {
  name: 'sql',
  summary: 'Query runs, params, full metric histories and models with SQL (DuckDB).',
  arguments: [argument('[query]', 'one SELECT; `-` reads it from standard input')],
  options: [
    ...LISTING,
    option(
      '-n, --limit <count>',
      'at most this many rows; by default 50, and all with --json or --csv',
      positiveInteger,
    ),
    option('--tables', 'list the tables there are, with their columns'),
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
    else command.error('error: give a query, or --tables for what can be asked');
  },
};
