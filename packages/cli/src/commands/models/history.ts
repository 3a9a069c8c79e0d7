import { type CommandDefinition, option } from '../../command-definition.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';
import type { HistoryOptions } from './show-history.ts';

/** `tidemark models history`. */
export const history: CommandDefinition = {
  name: 'history',
  summary: 'Show what happened to a model, who did it, and the hash that proves it.',
  arguments: [MODEL_NAME],
  options: [
    option('--expect-head <hash>', 'fail unless this commit, noted earlier, is in the history'),
    ...LOOKING,
  ],
  async action(name: string, options: HistoryOptions, terminal: Terminal) {
    const { showHistory } = await import('./show-history.ts');
    await showHistory(name, options, terminal);
  },
};
