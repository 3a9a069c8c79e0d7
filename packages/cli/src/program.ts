import { createRequire } from 'node:module';
import { Command, Help } from 'commander';
import { addCommand } from './command-definition.ts';
import { HELP_PAGE } from './commands/help-page.ts';
import { styleOf } from './render/style.ts';
import type { StoreOptions } from './store-options.ts';
import { helpWidth, type Terminal } from './terminal.ts';

/** The least width for wrapped text next to the names, in columns. Commander's default is half of 80. */
const LEAST_HELP_WIDTH = 20;

/**
 * Builds the tree of all commands. The code of a command is imported when it is called, so that help and completion
 * are fast.
 */
export function buildProgram(terminal: Terminal): Command {
  const style = styleOf(terminal);
  const program = new Command('tidemark')
    .version(packageVersion(), '--version')
    .description('Record runs and models, inspect them, and manage them.')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.error,
      getOutHelpWidth: () => helpWidth(terminal),
      getErrHelpWidth: () => helpWidth(terminal),
      getOutHasColors: () => terminal.colors,
      getErrHasColors: () => terminal.colors,
    })
    .configureHelp({
      styleTitle: style.heading,
      minWidthToWrap: LEAST_HELP_WIDTH,
      // Nearly every command has options, so the word is left out to make room for the summary.
      subcommandTerm: (command) => Help.prototype.subcommandTerm(command).replace(' [options]', ''),
    })
    .showHelpAfterError('(add --help to see the arguments and options)')
    .addHelpText('after', AFTER_HELP)
    .option('-s, --store <address>', 'the store (for every command)')
    .hook('preAction', (_, command) => inheritStore(command));

  for (const { title, commands } of HELP_PAGE) {
    program.commandsGroup(title);
    for (const definition of commands) addCommand(program, definition, terminal);
  }
  program.helpCommand('help [command]', 'Show the help of a command.');
  return program;
}

const AFTER_HELP = `
Examples:
  tidemark runs --filter "metrics.loss < 0.1" --order-by metrics.loss
  tidemark runs compare latest baseline      differences between two runs
  tidemark runs tail latest -f               metrics of a training while it runs
  tidemark artifacts get latest plots        copy files of a run here
  tidemark models register runs:/3f2a9c…/model penguins
  tidemark <command> --help                  help of a command

The store is the value of --store, otherwise of TIDEMARK_TRACKING_URI, otherwise
of MLFLOW_TRACKING_URI, otherwise the folder ./tidemark. It is a folder, or the
http(s) address of a server with MLflow's REST API.

Exit codes:
  0  success
  1  the command failed, or a check did not pass
  2  the call is invalid
  3  a copy (import, export, sync, merge) left out what its report lists, or the
     store is damaged (see tidemark doctor)`;

function packageVersion(): string {
  const manifest = createRequire(import.meta.url)('@tidemark/cli/package.json') as {
    version: string;
  };
  return manifest.version;
}

/** Accepts `--store` before or after the name of a command. The nearest one counts. */
function inheritStore(command: Command): void {
  for (let above = command.parent; above !== null; above = above.parent) {
    const { store } = command.opts<StoreOptions>();
    if (store === undefined) command.setOptionValue('store', above.opts<StoreOptions>().store);
  }
}
