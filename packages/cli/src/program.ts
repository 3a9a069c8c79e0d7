import { createRequire } from 'node:module';
import { Command } from 'commander';
import { registerArtifacts } from './commands/register-artifacts.ts';
import { registerAuth } from './commands/register-auth.ts';
import { registerCompletion } from './commands/register-completion.ts';
import { registerCopying } from './commands/register-copying.ts';
import { registerDelta } from './commands/register-delta.ts';

import { registerExperiments, registerMaintenance } from './commands/register-maintenance.ts';
import { registerModelCommands } from './commands/register-model-commands.ts';
import { registerMerge } from './commands/register-models.ts';
import { registerQueries } from './commands/register-queries.ts';
import { registerRuns } from './commands/register-runs.ts';
import { registerServer } from './commands/register-server.ts';
import { styleOf } from './render/style.ts';
import type { StoreOptions } from './store-options.ts';
import type { Terminal } from './terminal.ts';

const GROUPS = {
  tracking: 'Runs and their files:',
  models: 'Models:',
  questions: 'Questions:',
  stores: 'Between stores:',
  server: 'A server for many:',
  keeping: 'Keeping a store in order:',
  shell: 'This command:',
} as const;

/**
 * The tree of all commands. What a command does is loaded when it is called, so that help and
 * completion come at once.
 */
export function buildProgram(terminal: Terminal): Command {
  const style = styleOf(terminal);
  const program = new Command('tidemark')
    .version(packageVersion(), '--version')
    .description('Keep the record of every run and every model; look into it, and act on it.')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.error,
      getOutHelpWidth: () => helpWidth(terminal),
      getErrHelpWidth: () => helpWidth(terminal),
      getOutHasColors: () => terminal.colors,
      getErrHasColors: () => terminal.colors,
    })
    .configureHelp({ styleTitle: style.heading })
    .showHelpAfterError('(add --help for what can be said here)')
    .addHelpText('after', AFTER_HELP)
    .option('-s, --store <address>', 'the store, for any command')
    .hook('preAction', (_, command) => inheritStore(command));

  const runs = program
    .command('runs')
    .description('List and search runs; show, compare, follow, delete and restore them.');
  registerRuns(runs, terminal);
  const experiments = program
    .command('experiments')
    .description('List experiments; show, create, rename, delete and restore them.')
    .option('-s, --store <address>', 'the store to look into');
  registerExperiments(experiments, terminal);
  registerArtifacts(program, terminal);
  const models = program
    .command('models')
    .description('List and register models; aliases, tags, reviews, stages, history.');
  registerModelCommands(models, terminal);
  registerQueries(program, terminal);
  registerDelta(program, terminal);
  registerCopying(program, terminal);
  registerMerge(program, terminal);
  registerServer(program, terminal);
  registerAuth(program, terminal);
  registerMaintenance(program, terminal);
  registerCompletion(program, terminal);

  program.commandsGroup(GROUPS.shell).helpCommand('help [command]', 'Show what a command can do.');
  for (const command of program.commands) {
    command.helpGroup(GROUPS[GROUP_OF[command.name()] ?? 'shell']);
  }
  return program;
}

/** Commands that are not here are shown with `completion` and `help`. */
const GROUP_OF: Readonly<Record<string, keyof typeof GROUPS>> = {
  runs: 'tracking',
  experiments: 'tracking',
  artifacts: 'tracking',
  models: 'models',
  lineage: 'models',
  sql: 'questions',
  delta: 'questions',
  import: 'stores',
  export: 'stores',
  sync: 'stores',
  merge: 'stores',
  server: 'server',
  auth: 'server',
  doctor: 'keeping',
  gc: 'keeping',
  purge: 'keeping',
};

const AFTER_HELP = `
Examples:
  tidemark runs --filter "metrics.loss < 0.1" --order-by metrics.loss
  tidemark runs compare latest baseline      what is different between two runs
  tidemark runs tail latest -f               metrics of a training, as they come
  tidemark artifacts get latest plots        files of a run, copied here
  tidemark models register runs:/3f2a9c…/model penguins
  tidemark <command> --help                  what a command can do

The store is the one named by --store, else by TIDEMARK_TRACKING_URI, else by
MLFLOW_TRACKING_URI, else the folder ./tidemark. It is a folder, or the http(s)
address of a server that speaks MLflow's REST API.

Exit codes: 0 success, 1 the command failed, 2 the call was not understood.`;

/** Commander's own width where nobody looks: lines without an end are hard to read in a file. */
function helpWidth({ width }: Terminal): number {
  return Number.isFinite(width) ? width : 80;
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
