import type { CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import type { DecideOptions } from './decide-request.ts';
import { DECIDING, MODEL_NAME, MODEL_VERSION } from './model-arguments.ts';

/** `tidemark models cancel`. */
export const cancel: CommandDefinition = {
  name: 'cancel',
  summary: 'Withdraw your own request.',
  arguments: [MODEL_NAME, MODEL_VERSION],
  options: DECIDING,
  async action(name: string, version: number, options: DecideOptions, terminal: Terminal) {
    const { decideRequest } = await import('./decide-request.ts');
    await decideRequest('cancel', name, version, options, terminal);
  },
};
