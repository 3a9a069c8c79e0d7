import { argument, type CommandDefinition } from '../../command-definition.ts';
import { purgeCommand } from './purge-command.ts';

/** `tidemark purge run`. */
export const run: CommandDefinition = purgeCommand('run', {
  summary: 'Remove a run permanently.',
  arguments: [argument('<run>', "the run's id or its first characters, its name, or `latest`")],
});
