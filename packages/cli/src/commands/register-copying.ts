import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import type { CopyCommandOptions } from './copy-stores.ts';
import type { ImportMlrunsCommandOptions } from './import-mlruns.ts';
import type { SyncOptions } from './sync-spools.ts';

/** `import`, `export` and `sync`: what goes from one store into another. */
export function registerCopying(program: Command, terminal: Terminal): void {
  const importing = program
    .command('import')
    .description('Bring in what another store, an MLflow server or an MLflow folder recorded.')
    .argument('[address]', 'a server (http://…, databricks) or a folder with a store')
    .option('-s, --store <address>', 'the store to bring it into, made when there is none')
    .option('-e, --experiment <name...>', 'only these experiments, and no registered models')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--json', 'print JSON, for programs')
    .addHelpText(
      'after',
      `
It only adds. Broken off, or when there is more later, run it again: it goes on where it stopped.

Example, for what MLflow keeps in a database:
  mlflow server --backend-store-uri sqlite:///mlflow.db --port 5000 &
  tidemark import http://127.0.0.1:5000 --store ./tidemark`,
    )
    .action(async (address: string | undefined, options: CopyCommandOptions, command: Command) => {
      if (address === undefined) command.error('error: missing the address to import from');
      const { importFrom } = await import('./copy-stores.ts');
      await importFrom(address, options, terminal);
    });
  importing
    .command('mlruns')
    .description("Bring in MLflow's file store: experiments, runs, artifacts, models.")
    .argument('<folder>', 'the folder, mostly called mlruns; it is only read')
    .option('-s, --store <address>', 'the store to bring it into, made when there is none')
    .option('--dry-run', 'read and check everything, and write nothing')
    .option('--json', 'print JSON, for programs')
    .action(async (folder: string, _: unknown, command: Command) => {
      const { importMlrunsFolder } = await import('./import-mlruns.ts');
      // `import` has the same options: commander gives them to whichever comes first.
      const options = command.optsWithGlobals<ImportMlrunsCommandOptions>();
      await importMlrunsFolder(folder, options, terminal);
    });
  program
    .command('export')
    .description('Copy a store to a server, or into another folder.')
    .argument('<address>', 'a server (http://…, databricks) or a folder, made when there is none')
    .option('-s, --store <address>', 'the store to copy')
    .option('-e, --experiment <name...>', 'only these experiments, and no registered models')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--json', 'print JSON, for programs')
    .action(async (address: string, options: CopyCommandOptions) => {
      const { exportTo } = await import('./copy-stores.ts');
      await exportTo(address, options, terminal);
    });
  program
    .command('sync')
    .description('Bring what was logged while a server was away to that server.')
    .option('--spool <folder>', 'where it waits; default TIDEMARK_SPOOL, then ./tidemark-spool')
    .option('--keep', 'keep the spool when everything came over')
    .option('--json', 'print JSON, for programs')
    .action(async (options: SyncOptions) => {
      const { syncSpools } = await import('./sync-spools.ts');
      await syncSpools(options, terminal);
    });
}
