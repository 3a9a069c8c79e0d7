import { argument, type CommandDefinition } from '../../command-definition.ts';
import { OWNER, purgeCommand } from './purge-command.ts';

/** `tidemark purge artifact`. */
export const artifact: CommandDefinition = purgeCommand('artifact', {
  summary: 'Remove an artifact permanently.',
  arguments: [
    OWNER,
    argument('<path>', 'the path of a file, or of a folder with everything in it'),
  ],
});
