import type { Asked } from '../rules/gate-rule.ts';
import type { RuleResult } from '../rules/rule-result.ts';
import type { RuleSubject } from '../rules/rule-subject.ts';
import { RULES } from '../rules/rules.ts';

const KEYS: ReadonlySet<string> = new Set(RULES.flatMap((rule) => ('key' in rule ? rule.key : [])));

/**
 * Applies every rule to one model. It is pure: it reads nothing, and no rule stops another. Items that a program adds
 * under other keys are judged last, because everything in a policy is enforced.
 */
export function judgeModel(asked: readonly Asked[], facts: RuleSubject): RuleResult[] {
  const judged = (isMeant: (key: string) => boolean): RuleResult[] =>
    asked.filter(({ key }) => isMeant(key)).flatMap((one) => one.judge(facts));
  return [
    ...RULES.flatMap((rule) =>
      'key' in rule ? judged((key) => key === rule.key) : rule.judge(facts),
    ),
    ...judged((key) => !KEYS.has(key)),
  ];
}
