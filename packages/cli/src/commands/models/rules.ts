import { type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';
import type { RulesOptions } from './model-rules.ts';

/** `tidemark models rules`. */
export const rules: CommandDefinition = {
  name: 'rules',
  summary: 'Show or set the rules for moving a version to a stage or an alias.',
  arguments: [MODEL_NAME],
  options: [
    option('--for <target>', 'set the rule for this stage or @alias, from these options:'),
    option(
      '--approvals <count>',
      'required approvals from users other than the requester',
      positiveInteger,
    ),
    option('--approver <name...>', 'count only approvals of these users'),
    option('--authenticated', 'count only approvals that a server authenticated'),
    option('--not-author', 'do not count the approval of the user who registered the version'),
    option('--tag <tag...>', 'a required tag for its present files: key or key=value'),
    option('--file <json>', 'set all rules from a file'),
    option('--clear', 'delete all rules'),
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
