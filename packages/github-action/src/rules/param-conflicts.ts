import type { Run } from '@tidemark/core';
import { shown } from '../shown.ts';
import type { StandingRule } from './gate-rule.ts';
import type { RuleResult } from './rule-result.ts';

const SHOWN_CONFLICTS = 3;

/** No param of the candidate's run has two values. Otherwise it is unknown what was trained. */
export const paramConflicts: StandingRule = {
  judge: ({ candidate: { run } }) => (run === undefined ? [] : [judgeParams(run)]),
};

function judgeParams(run: Run): RuleResult {
  const conflicts = run.paramConflicts.map(
    ({ key, value, rejected }) =>
      `${shown(key)} is ${[value, ...rejected].map(shown).join(' and ')}`,
  );
  const more = conflicts.length - SHOWN_CONFLICTS;
  return {
    id: 'integrity.params',
    status: conflicts.length === 0 ? 'pass' : 'fail',
    expected: 'one value for each param',
    actual:
      conflicts.length === 0
        ? `${Object.keys(run.params).length} params, none in conflict`
        : `${conflicts.slice(0, SHOWN_CONFLICTS).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
  };
}
