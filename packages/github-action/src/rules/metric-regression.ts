import { reaches } from './metric-bound.ts';
import {
  type ComparisonInput,
  compareWithBaseline,
  marginAmount,
  shownMargin,
} from './metric-comparison.ts';
import type { RuleResult } from './rule-result.ts';

/** The candidate's metric is not worse than the baseline's by more than a margin. */
export function judgeRegression(input: ComparisonInput): RuleResult {
  const { metric, margin } = input;
  const higher = metric.direction === 'higher';
  return compareWithBaseline(
    `metrics.${metric.name}.max_regression`,
    `at most ${shownMargin(margin)} worse`,
    input,
    (value, baseline) => {
      const amount = marginAmount(margin, baseline);
      const bound = higher ? baseline - amount : baseline + amount;
      return {
        passes: reaches(metric.direction, value, bound, [baseline, amount]),
        bound: `${higher ? 'at least' : 'at most'} ${bound}`,
      };
    },
  );
}
