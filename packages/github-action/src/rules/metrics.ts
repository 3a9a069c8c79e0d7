import { assertKey } from '@tidemark/core';
import { z } from 'zod';
import { metricOf } from '../evidence/version-facts.ts';
import { checkedText } from '../policy-text/checked-text.ts';
import { eachOnce } from '../policy-text/each-once.ts';
import { mapping } from '../policy-text/mapping.ts';
import { mapComparison } from './comparison.ts';
import { type PolicyRule, policyRule } from './gate-rule.ts';
import { judgeImprovement } from './metric-improvement.ts';
import type { Margin, MetricPolicy } from './metric-policy.ts';
import { judgeRegression } from './metric-regression.ts';
import { judgeThreshold } from './metric-threshold.ts';
import type { RuleResult } from './rule-result.ts';

const margin = mapping({
  absolute: z.number().nonnegative().exactOptional(),
  relative: z
    .number()
    .min(0, 'a share of |baseline| is 0 to 1; 0.05 is 5 %')
    .max(1, 'a share of |baseline| is 0 to 1; 0.05 is 5 %')
    .exactOptional(),
}).transform(({ absolute, relative }, context): Margin => {
  if (absolute !== undefined && relative === undefined)
    return { kind: 'absolute', amount: absolute };
  if (relative !== undefined && absolute === undefined)
    return { kind: 'relative', amount: relative };
  context.addIssue('give one of absolute and relative');
  return z.NEVER;
});

const metric = mapping({
  name: checkedText((text) => assertKey(text, 'metric')),
  direction: z.enum(['higher', 'lower']),
  threshold: z.number().exactOptional(),
  max_regression: margin.exactOptional(),
  min_improvement: margin.exactOptional(),
})
  .refine(
    (it) =>
      it.threshold !== undefined ||
      it.max_regression !== undefined ||
      it.min_improvement !== undefined,
    'has no rule: give threshold, max_regression or min_improvement',
  )
  .transform(
    ({ max_regression, min_improvement, ...rest }): MetricPolicy => ({
      ...rest,
      ...(max_regression === undefined ? {} : { maxRegression: max_regression }),
      ...(min_improvement === undefined ? {} : { minImprovement: min_improvement }),
    }),
  );

/** Metrics of the candidate's run reach a threshold, or compare well with the baseline's. */
export const metrics: PolicyRule = policyRule<MetricPolicy>({
  key: 'metrics',
  comparing: 'a metric max_regression or min_improvement',
  schema: z.array(metric).superRefine(eachOnce('name')),
  reads: ({ name, maxRegression, minImprovement }) => ({
    candidate: { metrics: [name] },
    ...(maxRegression === undefined && minImprovement === undefined
      ? {}
      : { baseline: { metrics: [name] } }),
  }),
  judge: (asked, { candidate: facts, baseline, onMissing }) => {
    const { name, threshold, maxRegression, minImprovement } = asked;
    const candidate = metricOf(facts, name);
    const comparison = mapComparison(baseline, (its) => metricOf(its, name));
    const input = { metric: asked, candidate, comparison, onMissing };
    const results: RuleResult[] = [];
    if (threshold !== undefined)
      results.push(judgeThreshold(asked, threshold, candidate, onMissing));
    if (maxRegression !== undefined)
      results.push(judgeRegression({ ...input, margin: maxRegression }));
    if (minImprovement !== undefined)
      results.push(judgeImprovement({ ...input, margin: minImprovement }));
    return results;
  },
});
