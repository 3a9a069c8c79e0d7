import type { CommandDefinition } from '../../command-definition.ts';
import { decideCommand } from './decide-command.ts';

/** `tidemark models approve`. */
export const approve: CommandDefinition = decideCommand(
  'approve',
  'Approve a request. The last required approval moves the version.',
);
