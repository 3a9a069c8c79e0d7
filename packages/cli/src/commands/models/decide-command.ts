import { type CommandDefinition, option } from '../../command-definition.ts';
import { STORE_TO_CHANGE } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { DecideOptions, Decision } from './decide-request.ts';
import { MESSAGE, MODEL_NAME, MODEL_VERSION } from './model-arguments.ts';

/** Returns the command that decides a transition request in one way. */
export function decideCommand(decision: Decision, summary: string): CommandDefinition {
  return {
    name: decision,
    summary,
    arguments: [MODEL_NAME, MODEL_VERSION],
    options: [
      option('--to <target>', 'the stage or @alias of the request, if several are open'),
      option('--request <id>', 'the id of the request, or its first characters'),
      MESSAGE,
      STORE_TO_CHANGE,
    ],
    async action(name: string, version: number, options: DecideOptions, terminal: Terminal) {
      const { decideRequest } = await import('./decide-request.ts');
      await decideRequest(decision, name, version, options, terminal);
    },
  };
}
