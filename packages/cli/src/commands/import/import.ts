import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import type { CopyCommandOptions } from '../../copy-stores.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { ONLY_EXPERIMENTS, STORE_TO_FILL } from './import-options.ts';

/** `tidemark import`. */
export const importFromAddress: CommandDefinition = {
  name: 'import',
  summary: 'Bring in what another store, an MLflow server or an MLflow folder recorded.',
  arguments: [argument('[address]', 'a server (http://…, databricks) or a folder with a store')],
  options: [
    STORE_TO_FILL,
    ONLY_EXPERIMENTS,
    option('--dry-run', 'say what would be done, and write nothing'),
    JSON_OUTPUT,
  ],
  notes: `It only adds. Broken off, or when there is more later, run it again: it goes on
where it stopped.

Example, for what MLflow keeps in a database:
  mlflow server --backend-store-uri sqlite:///mlflow.db --port 5000 &
  tidemark import http://127.0.0.1:5000 --store ./tidemark`,
  async action(
    address: string | undefined,
    options: CopyCommandOptions,
    terminal: Terminal,
    command: Command,
  ) {
    if (address === undefined) command.error('error: missing the address to import from');
    const { importFrom } = await import('../../copy-stores.ts');
    await importFrom(address, options, terminal);
  },
};
