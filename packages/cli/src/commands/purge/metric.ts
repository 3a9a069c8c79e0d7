import { argument, type CommandDefinition } from '../../command-definition.ts';
import { OWNER, purgeCommand } from './purge-command.ts';

/** `tidemark purge metric`. */
export const metric: CommandDefinition = purgeCommand('metric', {
  summary: 'Remove a metric permanently.',
  arguments: [OWNER, argument('<key>', 'the key of the metric; its whole history is removed')],
});
