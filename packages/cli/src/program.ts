import { createRequire } from 'node:module';
import { Command, Help } from 'commander';
import { addCommand } from './command-definition.ts';
import { HELP_PAGE } from './commands/help-page.ts';
import { styleOf } from './render/style.ts';
import type { StoreOptions } from './store-options.ts';
import { helpWidth, type Terminal } from './terminal.ts';

/** The least width next to the names into which text is wrapped. Commander's least is half of 80. */
const LEAST_HELP_WIDTH = 20;

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
    .configureHelp({
      styleTitle: style.heading,
      minWidthToWrap: LEAST_HELP_WIDTH,
      // Nearly every command has options: the word would only take the room of what it does.
      subcommandTerm: (command) => Help.prototype.subcommandTerm(command).replace(' [options]', ''),
    })
    .showHelpAfterError('(add --help to see the arguments and options)')
    .addHelpText('after', AFTER_HELP)
    .option('-s, --store <address>', 'the store, for any command')
    .hook('preAction', (_, command) => inheritStore(command));

  for (const { title, commands } of HELP_PAGE) {
    program.commandsGroup(title);
    for (const definition of commands) addCommand(program, definition, terminal);
  }
  program.helpCommand('help [command]', 'Show what a command can do.');
  return program;
}

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

Exit codes: 0 success, 1 the command failed, 2 the call was not understood,
3 a copy (import, export, sync, merge) left something out, which its report
names, or a store that was read is damaged: see tidemark doctor.`;

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
