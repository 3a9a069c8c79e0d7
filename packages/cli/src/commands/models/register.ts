import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { RegisterModelOptions } from './register-logged-model.ts';

/** `tidemark models register`. */
export const register: CommandDefinition = {
  name: 'register',
  summary: 'Make a logged model the next version of a registered model.',
  arguments: [
    argument('<model>', 'runs:/<run>/<model name>, models:/m-…, or the id m-… alone'),
    argument('<name>', 'the name to register it under; made when there is none'),
  ],
  options: [
    option('-d, --description <text>', 'what this version is'),
    option('--alias <alias>', 'point this alias at the new version'),
    STORE_TO_CHANGE,
    JSON_OUTPUT,
  ],
  notes: `The run of a runs:/ address may be said as elsewhere: beginning of its id, name,
or latest.

Example:
  tidemark models register runs:/latest/model penguins --alias challenger`,
  async action(model: string, name: string, options: RegisterModelOptions, terminal: Terminal) {
    const { registerLoggedModel } = await import('./register-logged-model.ts');
    await registerLoggedModel(model, name, options, terminal);
  },
};
