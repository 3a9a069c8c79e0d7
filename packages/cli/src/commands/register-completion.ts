import { Argument, type Command } from 'commander';
import { SHELLS, type Shell } from '../completion-scripts.ts';
import type { Terminal } from '../terminal.ts';

/** `completion`, and what its scripts call. */
export function registerCompletion(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('Print what lets a shell complete commands, options, runs and models.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(tidemark completion bash)"                 in ~/.bashrc
  eval "$(tidemark completion zsh)"                  in ~/.zshrc, after compinit
  tidemark completion fish > ~/.config/fish/completions/tidemark.fish`,
    )
    .action(async (shell: Shell) => {
      const { COMPLETION_SCRIPTS } = await import('../completion-scripts.ts');
      terminal.out(COMPLETION_SCRIPTS[shell]);
    });
  program
    .command('__complete', { hidden: true })
    .argument('[words...]', 'what was typed behind the name of the program, behind --')
    .action(async (words: string[]) => {
      const { printCompletion } = await import('./complete.ts');
      await printCompletion(program, words, terminal);
    });
}
