import { reaches } from './metric-bound.ts';
import {
  type ComparisonInput,
  compareWithBaseline,
  marginAmount,
  shownMargin,
} from './metric-comparison.ts';
import type { RuleResult } from './rule-result.ts';

/**
 * The candidate's metric is better than the baseline's by a margin. If the margin is above 0, the candidate must be
 * better, even if the margin is tiny compared with the values, or 0 because it is a share of a baseline of 0.
 */
export function judgeImprovement(input: ComparisonInput): RuleResult {
  const { metric, margin } = input;
  const higher = metric.direction === 'higher';
  return compareWithBaseline(
    `metrics.${metric.name}.min_improvement`,
    `at least ${shownMargin(margin)} better`,
    input,
    (value, baseline) => {
      const amount = marginAmount(margin, baseline);
      const bound = higher ? baseline + amount : baseline - amount;
      const better = higher ? value > baseline : value < baseline;
      return {
        passes:
          reaches(metric.direction, value, bound, [baseline, amount]) &&
          (better || margin.amount === 0),
        bound: `${higher ? 'at least' : 'at most'} ${bound}`,
      };
    },
  );
}
