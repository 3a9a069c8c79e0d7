import type { RuleResult } from './rules/rule-result.ts';

/** `passed` alone lets a merge through; `error` means that the gate could not judge. */
export type Verdict = 'passed' | 'failed' | 'error';

/** Reduces rules to a verdict, once all of them have been evaluated. No rules are no pass. */
export function verdictOf(rules: readonly RuleResult[]): Verdict {
  if (rules.length === 0 || rules.some(({ status }) => status === 'error')) return 'error';
  return rules.some(({ status }) => status === 'fail') ? 'failed' : 'passed';
}

/** The verdict over several models. None is an error. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0 || verdicts.includes('error')) return 'error';
  return verdicts.includes('failed') ? 'failed' : 'passed';
}
