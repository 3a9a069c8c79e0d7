import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME, MODEL_VERSION, MOVING } from './model-arguments.ts';
import { type MoveOptions, moveOf } from './move-options.ts';

/** `tidemark models stage`. */
export const stage: CommandDefinition = {
  name: 'stage',
  summary: 'Move a version to a stage, if no rule requires approvals.',
  arguments: [
    MODEL_NAME,
    MODEL_VERSION,
    argument('<stage>', 'None, Staging, Production or Archived'),
  ],
  options: MOVING,
  async action(
    name: string,
    version: number,
    said: string,
    options: MoveOptions,
    terminal: Terminal,
  ) {
    const { parseModelStage, transitionStage } = await import('@tidemark/core');
    const { store, by } = await openToChange(options);
    const to = parseModelStage(said);
    await transitionStage(store, { name, version, stage: to, ...moveOf(options), by });
    say(terminal, `${printable(name)} version ${version} is in ${to}.\n`);
  },
};
