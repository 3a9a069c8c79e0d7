/** A distance between two values of a metric: in the metric's own unit, or as a share of |baseline|. */
export interface Margin {
  readonly kind: 'absolute' | 'relative';
  readonly amount: number;
}

/** The rules for one metric: at least one of the three. */
export interface MetricPolicy {
  readonly name: string;
  /** Which way is better. */
  readonly direction: 'higher' | 'lower';
  /** The worst value that passes. */
  readonly threshold?: number;
  /** How much worse than the baseline the value may be. */
  readonly maxRegression?: Margin;
  /** How much better than the baseline the value must be. */
  readonly minImprovement?: Margin;
}
