import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { COMPLETION_SCRIPTS, SHELLS, type Shell } from './completion-scripts.ts';

/** `tidemark completion`. */
export const completion: CommandDefinition = {
  name: 'completion',
  summary: 'Print a script that completes commands, options, runs and models.',
  arguments: [argument('<shell>', 'the shell').choices(SHELLS)],
  notes: `Examples:
  eval "$(tidemark completion bash)"                 in ~/.bashrc
  eval "$(tidemark completion zsh)"                  in ~/.zshrc, after compinit
  tidemark completion fish > ~/.config/fish/completions/tidemark.fish`,
  action(shell: Shell, _: unknown, terminal: Terminal) {
    terminal.out(COMPLETION_SCRIPTS[shell]);
  },
};
