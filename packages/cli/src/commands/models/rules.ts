import { type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';
import type { RulesOptions } from './model-rules.ts';

/** `tidemark models rules`. */
export const rules: CommandDefinition = {
  name: 'rules',
  summary: 'Show, or set, what must hold before a version goes into a stage or under an alias.',
  arguments: [MODEL_NAME],
  options: [
    option('--for <target>', 'set the rule for a stage or an @alias, with what it asks for:'),
    option('--approvals <count>', 'approvals by others than the requester', positiveInteger),
    option('--approver <name...>', 'only their approvals count'),
    option('--authenticated', 'only approvals count that a server authenticated'),
    option('--not-author', 'nor does the approval of who registered the version count'),
    option('--tag <tag...>', 'a tag it must have, for its present files: key or key=value'),
    option('--file <json>', 'set all rules, from a file'),
    option('--clear', 'take all rules away'),
    JSON_OUTPUT,
    STORE_TO_CHANGE,
  ],
  notes: `Example:
  tidemark models rules penguins --for Production --approvals 1 --tag reviewed`,
  async action(name: string, options: RulesOptions, terminal: Terminal) {
    const { modelRules } = await import('./model-rules.ts');
    await modelRules(name, options, terminal);
  },
};
