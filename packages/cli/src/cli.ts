import { createRequire } from 'node:module';
import { Command, CommanderError, Option } from 'commander';
import { CHECK_FAILED } from './check-failed.ts';
import type { ListRunsOptions } from './commands/list-runs.ts';
import { registerAuth } from './commands/register-auth.ts';
import { registerCopying } from './commands/register-copying.ts';
import {
  registerExperiments,
  registerMaintenance,
  registerRunChanges,
} from './commands/register-maintenance.ts';
import { registerMerge, registerModelReview } from './commands/register-models.ts';
import { registerServer } from './commands/register-server.ts';
import type { LineageOptions } from './commands/show-lineage.ts';
import { positiveInteger } from './positive-integer.ts';
import { printable } from './render/style.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes, as the help says them. */
export const EXIT: { readonly ok: 0; readonly failed: 1; readonly usage: 2 } = {
  ok: 0,
  failed: 1,
  usage: 2,
};

/**
 * Runs the command line and gives the exit code: 0 for success, 1 when the command failed (the
 * message says why, with a stable code), 2 when the call was not understood.
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = buildProgram(terminal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === CHECK_FAILED) return EXIT.failed;
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    // Loaded when it is needed: help and usage errors should come at once.
    const { isTidemarkError } = await import('@tidemark/core');
    if (!isTidemarkError(error)) throw error;
    const message = error.message.split('\n').map(printable).join('\n');
    terminal.error(`tidemark: ${message} [${error.code}]\n`);
    return EXIT.failed;
  }
}

function packageVersion(): string {
  const manifest = createRequire(import.meta.url)('@tidemark/cli/package.json') as {
    version: string;
  };
  return manifest.version;
}

/** `--store` may stand before a command's name as well as behind it; the nearest counts. */
function inheritStore(command: Command): void {
  for (let above = command.parent; above !== null; above = above.parent) {
    const { store } = command.opts<StoreOptions>();
    if (store === undefined) command.setOptionValue('store', above.opts<StoreOptions>().store);
  }
}

interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

function buildProgram(terminal: Terminal): Command {
  const program = new Command('tidemark')
    .version(packageVersion(), '--version')
    .description('Look into a Tidemark store: runs, experiments and registered models.')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.error })
    .showHelpAfterError('(add --help for what can be said here)')
    .addHelpText(
      'after',
      `
The store is the one named by --store, else by TIDEMARK_TRACKING_URI, else by
MLFLOW_TRACKING_URI, else the folder ./tidemark.

Exit codes: 0 success, 1 the command failed, 2 the call was not understood.`,
    )
    .option('-s, --store <address>', 'the store, for any command')
    .hook('preAction', (_, command) => inheritStore(command));

  const runs = program
    .command('runs')
    .description('List runs, newest first; or show one.')
    .option('-s, --store <address>', 'the store to look into')
    .addHelpText(
      'after',
      '\n`tidemark runs` is `tidemark runs list`, and takes its options: tidemark runs list --help',
    );
  withStore(runs.command('list', { isDefault: true }))
    .description('List runs, newest first.')
    .option('-e, --experiment <name>', 'only runs of this experiment')
    .option(
      '-n, --limit <count>',
      'at most this many; by default 20, and all with --json',
      positiveInteger,
    )
    .option('--deleted', 'show deleted runs instead of live ones')
    .option('-f, --filter <expression>', 'only runs that match, in the words of docs/search.md')
    .option('--order-by <keys>', 'such as "metrics.loss, start_time DESC"')
    .addHelpText(
      'after',
      `
Example:
  tidemark runs --filter "metrics.loss < 0.1 and params.lr = '0.1'" --order-by metrics.loss`,
    )
    .action(async (options: ListRunsOptions) => {
      const { listRuns } = await import('./commands/list-runs.ts');
      await listRuns(options, terminal);
    });
  withStore(runs.command('show'))
    .description('Show one run: params, metrics, datasets, models, artifacts, environment.')
    .argument('<run>', "the run's id or the beginning of it, its name, or `latest`")
    .action(async (run: string, options: StoreOptions) => {
      const { showRun } = await import('./commands/show-run.ts');
      await showRun(run, options, terminal);
    });

  registerRunChanges(runs, terminal);

  const models = program
    .command('models')
    .description('List registered models; show one; set aliases and tags.')
    .option('-s, --store <address>', 'the store to look into')
    .addHelpText('after', '\n`tidemark models` is `tidemark models list`, and takes its options.');
  withStore(models.command('list', { isDefault: true }))
    .description('List registered models.')
    .action(async (options: StoreOptions) => {
      const { listModels } = await import('./commands/list-models.ts');
      await listModels(options, terminal);
    });
  withStore(models.command('show'))
    .description('Show a registered model and its versions.')
    .argument('<name>', "the model's name")
    .action(async (name: string, options: StoreOptions) => {
      const { showModel } = await import('./commands/show-model.ts');
      await showModel(name, options, terminal);
    });
  changingModels(models, terminal);
  registerModelReview(models, terminal);

  withStore(program.command('lineage'))
    .description('Show what stands behind a model: table versions, runs, code.')
    .argument('<model>', 'models:/name/3, models:/name@alias, models:/m-… or runs:/<run>/<name>')
    .option('--check', 'read the recorded rows again; exit 1 when they are not the same')
    .action(async (model: string, options: LineageOptions, command: Command) => {
      const { showLineage } = await import('./commands/show-lineage.ts');
      if (await showLineage(model, options, terminal)) return;
      command.error('tidemark: a dataset is not what was recorded', { code: CHECK_FAILED });
    });

  const experiments = program
    .command('experiments')
    .description('List experiments; create, rename, delete and restore them.')
    .option('-s, --store <address>', 'the store to look into');
  registerExperiments(experiments, terminal);

  withStore(program.command('sql'))
    .description('Query runs, params, full metric histories and models with SQL (DuckDB).')
    .argument('[query]', 'one SELECT; `-` reads it from standard input')
    .addOption(new Option('--csv', 'print CSV, for programs').conflicts('json'))
    .option(
      '-n, --limit <count>',
      'at most this many rows; by default 50, and all with --json or --csv',
      positiveInteger,
    )
    .option('--tables', 'list the tables there are, with their columns')
    .action(async (query: string | undefined, options: SqlCommandOptions, command: Command) => {
      const { listTables, runSql } = await import('./commands/sql.ts');
      if (options.tables === true) listTables(options, terminal);
      else if (query !== undefined) await runSql(query, options, terminal);
      else command.error('error: give a query, or --tables for what can be asked');
    });

  registerCopying(program, terminal);
  registerMerge(program, terminal);
  registerMaintenance(program, terminal);
  registerServer(program, terminal);
  registerAuth(program, terminal);

  return program;
}

interface SqlCommandOptions extends StoreOptions {
  readonly csv?: true;
  readonly limit?: number;
  readonly tables?: true;
}

interface ChangeOptions {
  readonly store?: string;
  readonly delete?: true;
}

interface ChangeTagOptions extends ChangeOptions {
  readonly run?: string;
  readonly ciJob?: string;
}

function changingModels(models: Command, terminal: Terminal): void {
  const store = ['-s, --store <address>', 'the store to change'] as const;
  const commands = () => import('./commands/change-model.ts');
  models
    .command('alias')
    .description('Point an alias at a version; it leaves the version that had it.')
    .argument('<name>', "the model's name")
    .argument('<alias>', 'such as champion')
    .argument('[version]', 'the version', positiveInteger)
    .option('--delete', 'take the alias away instead')
    .option(...store)
    .action(
      async (
        name: string,
        alias: string,
        version: number | undefined,
        options: ChangeOptions,
        command: Command,
      ) => {
        const { setAlias, removeAlias } = await commands();
        if (options.delete === true) await removeAlias(name, alias, options, terminal);
        else if (version !== undefined) await setAlias(name, alias, version, options, terminal);
        else command.error('error: say which version the alias is to point at, or --delete');
      },
    );
  models
    .command('tag')
    .description('Set a tag of a version, with evidence: who, when, and for which files.')
    .argument('<name>', "the model's name")
    .argument('<version>', 'the version', positiveInteger)
    .argument('<key=value>', 'the tag, such as passed-gdpr-review=true; only its key with --delete')
    .option('--run <run>', 'the run that produced the verdict')
    .option('--ci-job <job>', 'the CI job that produced the verdict')
    .option('--delete', 'take the tag away instead')
    .option(...store)
    .action(async (name: string, version: number, tag: string, options: ChangeTagOptions) => {
      const { setTag, removeTag } = await commands();
      if (options.delete === true) await removeTag(name, version, tag, options, terminal);
      else await setTag(name, version, tag, options, terminal);
    });
}

function withStore(command: Command): Command {
  return command
    .option('-s, --store <address>', 'the store to look into')
    .option('--json', 'print JSON, for programs');
}
