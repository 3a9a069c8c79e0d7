import type { RegisteredModel } from '@tidemark/core';
import type { FactsAsked, VersionFacts } from '../evidence/version-facts.ts';
import type { Comparison } from './comparison.ts';

/** Everything that the rules know about the model that they judge. */
export interface RuleSubject {
  readonly model: RegisteredModel;
  readonly candidate: VersionFacts;
  readonly baseline: Comparison<VersionFacts>;
  /** The facts of each version that the policy's rules use. They must be trustworthy. */
  readonly used: { readonly candidate: FactsAsked; readonly baseline: FactsAsked };
  readonly onMissing: OnMissing;
}

/** The outcome of a rule about something that a version does not have. */
export type OnMissing = 'fail' | 'skip';
