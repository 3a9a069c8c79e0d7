/** Which version of a registered model is meant. */
export type VersionSelector =
  | { readonly kind: 'latest' }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'version'; readonly version: number };

/** A distance between two values of a metric: in the metric's own unit, or as a share of |baseline|. */
export interface Margin {
  readonly kind: 'absolute' | 'relative';
  readonly amount: number;
}

/** A tag that the candidate has to have. */
export interface RequiredTag {
  readonly key: string;
  readonly equals: string;
  /** The tag's evidence has to name the candidate's artifacts digest. */
  readonly boundToDigest: boolean;
}

/** A tag that neither the candidate nor its registered model may have; without `equals`, with any value. */
export interface ForbiddenTag {
  readonly key: string;
  readonly equals?: string;
}

/** What is asked of one metric: at least one of the three. */
export interface MetricPolicy {
  readonly name: string;
  /** Which way is better. */
  readonly direction: 'higher' | 'lower';
  /** The worst value that is allowed. */
  readonly threshold?: number;
  /** How much worse than the baseline is allowed. */
  readonly maxRegression?: Margin;
  /** How much better than the baseline is required. */
  readonly minImprovement?: Margin;
}

/** What is asked of one registered model. */
export interface ModelPolicy {
  readonly name: string;
  readonly candidate: VersionSelector;
  readonly baseline?: { readonly alias: string; readonly whenAbsent: 'skip' | 'fail' };
  readonly requiredTags: readonly RequiredTag[];
  readonly forbiddenTags: readonly ForbiddenTag[];
  readonly metrics: readonly MetricPolicy[];
  /** Sides of the signature in which the candidate has to be compatible with the baseline. */
  readonly schema: readonly ('inputs' | 'outputs')[];
}

/** A policy: what has to hold before a merge. Everything in it is enforced. */
export interface Policy {
  /** What becomes of a rule about a metric that a run never logged. */
  readonly onMissing: 'fail' | 'skip';
  /** At least one, each name once. */
  readonly models: readonly ModelPolicy[];
}
