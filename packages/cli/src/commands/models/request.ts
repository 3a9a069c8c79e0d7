import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME, MODEL_VERSION, MOVING } from './model-arguments.ts';
import { type MoveOptions, moveOf } from './move-options.ts';

/** `tidemark models request`. */
export const request: CommandDefinition = {
  name: 'request',
  summary: 'Request a stage or an alias for a version.',
  arguments: [
    MODEL_NAME,
    MODEL_VERSION,
    argument('<to>', 'None, Staging, Production, Archived, or an alias such as @champion'),
  ],
  options: MOVING,
  async action(
    name: string,
    version: number,
    to: string,
    options: MoveOptions,
    terminal: Terminal,
  ) {
    const { getRegisteredModel, isSameTarget, requestTransition, targetText } = await import(
      '@tidemark/core'
    );
    const { parseTarget } = await import('./parse-target.ts');
    const { store, by } = await openToChange(options);
    const target = parseTarget(to);
    const made = await requestTransition(store, { name, version, target, ...moveOf(options), by });
    const { rules } = await getRegisteredModel(store, name);
    const isReviewed = rules.some(
      (rule) => (rule.approvals ?? 0) > 0 && isSameTarget(rule.target, target),
    );
    const decides = isReviewed ? 'Another user decides it' : 'Decide it with';
    say(
      terminal,
      `${printable(made.by.name)} asks for ${printable(name)} version ${version} to go to ${targetText(target)}: request ${made.requestId}\n${decides}: tidemark models approve ${printable(name)} ${version}\n`,
    );
  },
};
