import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { RegisterModelOptions } from './register-logged-model.ts';

/** `tidemark models register`. */
export const register: CommandDefinition = {
  name: 'register',
  summary: 'Register a logged model as the next version of a registered model.',
  arguments: [
    argument('<model>', 'runs:/<run>/<model name>, models:/m-…, or the id m-…'),
    argument('<name>', 'the name of the registered model, which is created if missing'),
  ],
  options: [
    option('-d, --description <text>', 'a description of the version'),
    option('--alias <alias>', 'set this alias to the new version'),
    STORE_TO_CHANGE,
    JSON_OUTPUT,
  ],
  notes: `In a runs:/ address, name the run by its id or its first characters, by its name,
or as latest.

Example:
  tidemark models register runs:/latest/model penguins --alias challenger`,
  async action(model: string, name: string, options: RegisterModelOptions, terminal: Terminal) {
    const { registerLoggedModel } = await import('./register-logged-model.ts');
    await registerLoggedModel(model, name, options, terminal);
  },
};
