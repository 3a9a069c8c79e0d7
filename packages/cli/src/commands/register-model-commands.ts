import type { Command } from 'commander';
import { positiveInteger } from '../positive-integer.ts';
import { listing, looking, STORE_TO_CHANGE, type StoreOptions } from '../store-options.ts';
import type { Terminal } from '../terminal.ts';
import type { RegisterModelOptions } from './register-model.ts';
import { registerModelReview } from './register-models.ts';

interface ChangeOptions {
  readonly store?: string;
  readonly delete?: true;
}

interface ChangeTagOptions extends ChangeOptions {
  readonly run?: string;
  readonly ciJob?: string;
}

const NAME = ['<name>', "the model's name"] as const;

/** The subcommands of `models`. */
export function registerModelCommands(models: Command, terminal: Terminal): void {
  models
    .option('-s, --store <address>', 'the store to look into')
    .addHelpText('after', '\n`tidemark models` is `tidemark models list`, and takes its options.');
  listing(models.command('list', { isDefault: true }))
    .description('List registered models; with --csv their versions.')
    .action(async (options: StoreOptions & { csv?: true }) => {
      const { listModels } = await import('./list-models.ts');
      await listModels(options, terminal);
    });
  looking(models.command('show'))
    .description('Show a registered model and its versions.')
    .argument(...NAME)
    .action(async (name: string, options: StoreOptions) => {
      const { showModel } = await import('./show-model.ts');
      await showModel(name, options, terminal);
    });
  models
    .command('register')
    .description('Make a logged model the next version of a registered model.')
    .argument('<model>', 'runs:/<run>/<model name>, models:/m-…, or the id m-… alone')
    .argument('<name>', 'the name to register it under; made when there is none')
    .option('-d, --description <text>', 'what this version is')
    .option('--alias <alias>', 'point this alias at the new version')
    .option(...STORE_TO_CHANGE)
    .option('--json', 'print JSON, for programs')
    .addHelpText(
      'after',
      `
The run of a runs:/ address may be said as elsewhere: beginning of its id, name, or latest.

Example:
  tidemark models register runs:/latest/model penguins --alias challenger`,
    )
    .action(async (model: string, name: string, options: RegisterModelOptions) => {
      const { registerLoggedModel } = await import('./register-model.ts');
      await registerLoggedModel(model, name, options, terminal);
    });
  changing(models, terminal);
  registerModelReview(models, terminal);
}

/** Aliases and tags. */
function changing(models: Command, terminal: Terminal): void {
  const commands = () => import('./change-model.ts');
  models
    .command('alias')
    .description('Point an alias at a version; it leaves the version that had it.')
    .argument(...NAME)
    .argument('<alias>', 'such as champion')
    .argument('[version]', 'the version', positiveInteger)
    .option('--delete', 'take the alias away instead')
    .option(...STORE_TO_CHANGE)
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
    .argument(...NAME)
    .argument('<version>', 'the version', positiveInteger)
    .argument('<key=value>', 'the tag, such as passed-gdpr-review=true; only its key with --delete')
    .option('--run <run>', 'the run that produced the verdict')
    .option('--ci-job <job>', 'the CI job that produced the verdict')
    .option('--delete', 'take the tag away instead')
    .option(...STORE_TO_CHANGE)
    .action(async (name: string, version: number, tag: string, options: ChangeTagOptions) => {
      const { setTag, removeTag } = await commands();
      if (options.delete === true) await removeTag(name, version, tag, options, terminal);
      else await setTag(name, version, tag, options, terminal);
    });
}
