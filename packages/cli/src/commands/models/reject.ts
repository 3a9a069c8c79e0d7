import type { CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import type { DecideOptions } from './decide-request.ts';
import { DECIDING, MODEL_NAME, MODEL_VERSION } from './model-arguments.ts';

/** `tidemark models reject`. */
export const reject: CommandDefinition = {
  name: 'reject',
  summary: 'Reject a request.',
  arguments: [MODEL_NAME, MODEL_VERSION],
  options: DECIDING,
  async action(name: string, version: number, options: DecideOptions, terminal: Terminal) {
    const { decideRequest } = await import('./decide-request.ts');
    await decideRequest('reject', name, version, options, terminal);
  },
};
