import type { RuleResult } from '../rules/rule-result.ts';

/** Only `passed` allows a merge. `error` means that the gate could not judge. */
export type Verdict = 'passed' | 'failed' | 'error';

/** The verdict over the results of all rules. Without rules it is not `passed`. */
export function verdictOf(rules: readonly RuleResult[]): Verdict {
  if (rules.length === 0 || rules.some(({ status }) => status === 'error')) return 'error';
  return rules.some(({ status }) => status === 'fail') ? 'failed' : 'passed';
}

/** The verdict over several models. Without models it is an error. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0 || verdicts.includes('error')) return 'error';
  return verdicts.includes('failed') ? 'failed' : 'passed';
}
