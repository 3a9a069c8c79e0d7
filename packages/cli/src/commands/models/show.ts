import { type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';
import type { ShowModelOptions } from './show-model.ts';

/** `tidemark models show`. */
export const show: CommandDefinition = {
  name: 'show',
  summary: 'Show a registered model and its versions.',
  arguments: [MODEL_NAME],
  options: [
    ...LOOKING,
    option(
      '-n, --limit <count>',
      'the most versions (default: 20, with --json all)',
      positiveInteger,
    ),
  ],
  notes: `The newest versions are shown. A version with an alias, a stage or an open
request is shown in any case.`,
  async action(name: string, options: ShowModelOptions, terminal: Terminal) {
    const { showModel } = await import('./show-model.ts');
    await showModel(name, options, terminal);
  },
};
