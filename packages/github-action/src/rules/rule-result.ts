/**
 * How a rule came out. `fail`: the model is not in order. `error`: it could not be judged. `skipped`:
 * the policy says that the rule does not apply here. `fail` and `error` both block.
 */
export type RuleStatus = 'pass' | 'fail' | 'error' | 'skipped';

/** What one rule says of one model. The texts may hold what others wrote: escape them where they are shown. */
export interface RuleResult {
  /** Unique within a model, such as `metrics.accuracy.threshold`. */
  readonly id: string;
  readonly status: RuleStatus;
  readonly expected: string;
  readonly actual: string;
  /** What the baseline has, where the rule compares. */
  readonly baseline?: string;
  /** What stands behind `actual`: who set a tag and for which digest, which run a metric is from. */
  readonly evidence?: string;
}
