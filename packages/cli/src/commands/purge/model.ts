import { argument, type CommandDefinition } from '../../command-definition.ts';
import { purgeCommand } from './purge-command.ts';

/** `tidemark purge model`. */
export const model: CommandDefinition = purgeCommand('model', {
  summary: 'Remove a logged model permanently.',
  arguments: [argument('<model>', 'the id of a logged model, m-…')],
});
