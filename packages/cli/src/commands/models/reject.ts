import type { CommandDefinition } from '../../command-definition.ts';
import { decideCommand } from './decide-command.ts';

/** `tidemark models reject`. */
export const reject: CommandDefinition = decideCommand('reject', 'Reject a request.');
