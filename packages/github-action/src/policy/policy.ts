import type { Asked } from '../rules/gate-rule.ts';
import type { OnMissing } from '../rules/rule-subject.ts';

/** The selector of a version of a registered model. */
export type VersionSelector =
  | { readonly kind: 'latest' }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'version'; readonly version: number };

/** The rules for one registered model. */
export interface ModelPolicy {
  readonly name: string;
  readonly candidate: VersionSelector;
  readonly baseline?: { readonly alias: string; readonly whenAbsent: 'skip' | 'fail' };
  /** At least one item, in the order of the rules. Items whose key belongs to no rule are judged last. */
  readonly asked: readonly Asked[];
}

/** A policy: the rules that must pass before a merge. The gate enforces everything in it. */
export interface Policy {
  /** The outcome of a rule about something that was never recorded. */
  readonly onMissing: OnMissing;
  /** At least one, each name once. */
  readonly models: readonly ModelPolicy[];
}
