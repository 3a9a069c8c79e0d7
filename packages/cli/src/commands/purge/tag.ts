import { argument, type CommandDefinition } from '../../command-definition.ts';
import { OWNER, purgeCommand } from './purge-command.ts';

/** `tidemark purge tag`. */
export const tag: CommandDefinition = purgeCommand('tag', {
  summary: 'Remove a tag permanently.',
  arguments: [OWNER, argument('<key>', 'the key of the tag')],
});
