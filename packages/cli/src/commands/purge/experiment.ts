import { argument, type CommandDefinition } from '../../command-definition.ts';
import { purgeCommand } from './purge-command.ts';

/** `tidemark purge experiment`. */
export const experiment: CommandDefinition = purgeCommand('experiment', {
  summary: 'Remove an experiment with all its runs and models permanently.',
  arguments: [argument('<experiment>', 'the name or id of the experiment')],
});
