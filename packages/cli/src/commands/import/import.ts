import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import type { CopyCommandOptions } from '../../import-export.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { ONLY_EXPERIMENTS, STORE_TO_FILL } from './import-options.ts';

/** `tidemark import`. */
export const importFromAddress: CommandDefinition = {
  name: 'import',
  summary: 'Import from another store or an MLflow server.',
  arguments: [argument('[address]', 'a server (http://…, databricks) or a folder with a store')],
  options: [
    STORE_TO_FILL,
    ONLY_EXPERIMENTS,
    option('--dry-run', 'report the changes without making them'),
    JSON_OUTPUT,
  ],
  notes: `An import only adds. You can run it again after an interruption, or when the
source has more: it continues where it stopped.

Example for an MLflow database:
  mlflow server --backend-store-uri sqlite:///mlflow.db --port 5000 &
  tidemark import http://127.0.0.1:5000 --store ./tidemark`,
  async action(
    address: string | undefined,
    options: CopyCommandOptions,
    terminal: Terminal,
    command: Command,
  ) {
    if (address === undefined) command.error('error: missing the address to import from');
    const { importFrom } = await import('../../import-export.ts');
    await importFrom(address, options, terminal);
  },
};
