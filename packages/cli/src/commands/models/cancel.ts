import type { CommandDefinition } from '../../command-definition.ts';
import { decideCommand } from './decide-command.ts';

/** `tidemark models cancel`. */
export const cancel: CommandDefinition = decideCommand('cancel', 'Withdraw your own request.');
