/**
 * The outcome of a rule. `fail`: the model does not meet it. `error`: it could not be judged. `skipped`: by the
 * policy, the rule does not apply here. `fail` and `error` both block.
 */
export type RuleStatus = 'pass' | 'fail' | 'error' | 'skipped';

/** The result of one rule for one model. The texts may contain foreign text: escape them in output. */
export interface RuleResult {
  /** Unique within a model, such as `metrics.accuracy.threshold`. */
  readonly id: string;
  readonly status: RuleStatus;
  readonly expected: string;
  readonly actual: string;
  /** The baseline's value, if the rule compares. */
  readonly baseline?: string;
  /** The evidence for `actual`: who set a tag and for which digest, or which run a metric is from. */
  readonly evidence?: string;
}
