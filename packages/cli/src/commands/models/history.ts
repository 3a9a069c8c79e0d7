import { type CommandDefinition, option } from '../../command-definition.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';
import type { HistoryOptions } from './show-history.ts';

/** `tidemark models history`. */
export const history: CommandDefinition = {
  name: 'history',
  summary: 'Show every change of a model: who, when, what, and its hash.',
  arguments: [MODEL_NAME],
  options: [
    option(
      '--expect-head <hash>',
      'fail unless the history has this commit, which you noted earlier',
    ),
    ...LOOKING,
  ],
  async action(name: string, options: HistoryOptions, terminal: Terminal) {
    const { showHistory } = await import('./show-history.ts');
    await showHistory(name, options, terminal);
  },
};
