import { z } from 'zod';
import type { TransitionRule } from '../../model/registered-model.ts';
import type { ModelChangeKind } from '../change-kind.ts';
import { targetText, transitionRule } from '../transition-rule.ts';

/** The rules of a model are replaced by these. */
export interface RulesSet {
  readonly kind: 'rules-set';
  readonly rules: readonly TransitionRule[];
}

export const rulesSet: ModelChangeKind<RulesSet> = {
  schema: z.object({ kind: z.literal('rules-set'), rules: z.array(transitionRule) }),
  join: (model, { rules }) => ({ ...model, rules }),
  describe: ({ rules }) => ({ type: 'SET_RULES', subject: rulesText(rules) }),
};

function rulesText(rules: readonly TransitionRule[]): string {
  if (rules.length === 0) return 'none';
  return `for ${[...new Set(rules.map(({ target }) => targetText(target)))].join(', ')}`;
}
