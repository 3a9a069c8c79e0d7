import type { CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import type { DecideOptions } from './decide-request.ts';
import { DECIDING, MODEL_NAME, MODEL_VERSION } from './model-arguments.ts';

/** `tidemark models approve`. */
export const approve: CommandDefinition = {
  name: 'approve',
  summary: 'Approve a request. The last required approval moves the version.',
  arguments: [MODEL_NAME, MODEL_VERSION],
  options: DECIDING,
  async action(name: string, version: number, options: DecideOptions, terminal: Terminal) {
    const { decideRequest } = await import('./decide-request.ts');
    await decideRequest('approve', name, version, options, terminal);
  },
};
