import type { FactsAsked } from '../evidence/version-facts.ts';
import type { Asked } from '../rules/gate-rule.ts';
import type { RuleSubject } from '../rules/rule-subject.ts';

/**
 * The facts of candidate and baseline that the gate must read for a policy. It always checks the files of the
 * candidate. It checks those of the baseline if a rule uses its signature, which is one of them.
 */
export function factsUsed(asked: readonly Asked[]): RuleSubject['used'] {
  const candidate = together(asked.flatMap(({ reads }) => reads.candidate ?? []));
  const baseline = together(asked.flatMap(({ reads }) => reads.baseline ?? []));
  return { candidate: { ...candidate, files: true }, baseline };
}

function together(parts: readonly Partial<FactsAsked>[]): FactsAsked {
  const signature = parts.some((part) => part.signature);
  return {
    metrics: [...new Set(parts.flatMap(({ metrics = [] }) => metrics))],
    signature,
    files: signature || parts.some(({ files }) => files),
  };
}
