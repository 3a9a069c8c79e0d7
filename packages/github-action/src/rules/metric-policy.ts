/** A distance between two values of a metric: in the metric's own unit, or as a share of |baseline|. */
export interface Margin {
  readonly kind: 'absolute' | 'relative';
  readonly amount: number;
}

/** The rules for one metric: at least one of the three. */
export interface MetricPolicy {
  readonly name: string;
  /** The direction in which values get better. */
  readonly direction: 'higher' | 'lower';
  /** The worst value that passes. */
  readonly threshold?: number;
  /** The maximum amount by which the value may be worse than the baseline. */
  readonly maxRegression?: Margin;
  /** The minimum amount by which the value must be better than the baseline. */
  readonly minImprovement?: Margin;
}
