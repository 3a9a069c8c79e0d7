import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { CSV_OUTPUT, JSON_OUTPUT, STORE_TO_READ } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { SqlOptions } from './run-sql.ts';
import { SQL_FORMATS, sqlFormat } from './sql-format.ts';

/** `tidemark sql`. */
export const sql: CommandDefinition = {
  name: 'sql',
  summary: 'Query runs, params, metric histories and models with SQL (DuckDB).',
  arguments: [argument('[query]', 'one SELECT, or `-` to read it from standard input')],
  options: [
    STORE_TO_READ,
    option(
      '-f, --format <format>',
      `the format: ${Object.keys(SQL_FORMATS).join(', ')}`,
      sqlFormat,
    ).conflicts(['json', 'csv', 'csvRaw']),
    option(
      '-o, --output <file>',
      'write the result to this file, whose extension tells the format',
    ),
    JSON_OUTPUT,
    ...CSV_OUTPUT,
    option(
      '-n, --limit <count>',
      'the most rows (default: 50 in a table, all otherwise)',
      positiveInteger,
    ),
    option('--tables', 'list the tables with their columns'),
    option('--schema', 'list the tables, and the keys of the store with types and units'),
  ],
  notes: `A file has the whole result, or is not touched. On a terminal, a query that
takes more than a second shows how far it is.

Examples:
  tidemark sql "select name, status from runs order by start_time desc limit 5"
  tidemark sql "from metrics" --output metrics.parquet`,
  async action(
    query: string | undefined,
    options: SqlOptions & { readonly tables?: true; readonly schema?: true },
    terminal: Terminal,
    command: Command,
  ) {
    if (options.tables === true) {
      const { listTables } = await import('./list-tables.ts');
      listTables(options, terminal);
    } else if (options.schema === true) {
      const { listSchema } = await import('./list-tables.ts');
      await listSchema(options, terminal);
    } else if (query !== undefined) {
      const { runSql } = await import('./run-sql.ts');
      await runSql(query, options, terminal);
    } else command.error('error: give a query, or --schema to list tables and keys');
  },
};
