import type { Command } from 'commander';
import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';

/** `tidemark __complete`, which the scripts of shells call. */
export const complete: CommandDefinition = {
  name: '__complete',
  summary: '',
  isHidden: true,
  arguments: [argument('[words...]', 'the words after the name of the program, after --')],
  async action(words: string[], _: unknown, terminal: Terminal, command: Command) {
    const { printCompletion } = await import('./print-completion.ts');
    await printCompletion(command.parent ?? command, words, terminal);
  },
};
