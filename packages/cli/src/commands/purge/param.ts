import { argument, type CommandDefinition } from '../../command-definition.ts';
import { OWNER, purgeCommand } from './purge-command.ts';

/** `tidemark purge param`. */
export const param: CommandDefinition = purgeCommand('param', {
  summary: 'Remove a param permanently.',
  arguments: [OWNER, argument('<key>', 'the key of the param')],
});
