import type { z } from 'zod';
import type { FactsAsked } from '../evidence/version-facts.ts';
import type { RuleResult } from './rule-result.ts';
import type { RuleSubject } from './rule-subject.ts';

/** A rule of the gate: one that always applies, or one that a policy asks for. */
export type GateRule = StandingRule | PolicyRule;

/** A rule that applies to every model, whatever its policy asks. Rules are pure. */
export interface StandingRule {
  /** No results: the rule does not apply to this model. */
  readonly judge: (facts: RuleSubject) => readonly RuleResult[];
}

/** A rule that a policy asks for under a key of a model. */
export interface PolicyRule {
  readonly key: string;
  /** The key that makes the rule compare with the baseline; absent if it never does. */
  readonly comparing?: string;
  /** Parses the value of the key in the policy. Without rules, the result is an empty list. */
  readonly schema: z.ZodType<readonly Asked[]>;
}

/** One item of a policy for a model, with its rule. */
export interface Asked {
  readonly key: string;
  /** The value in the policy, as the schema of the rule parsed it. */
  readonly item: unknown;
  readonly reads: Reads;
  readonly judge: (facts: RuleSubject) => readonly RuleResult[];
}

/** The facts that the gate must read to judge the rule. */
export interface Reads {
  readonly candidate?: Partial<FactsAsked>;
  /** Present, and possibly empty, if the candidate is compared with the baseline. */
  readonly baseline?: Partial<FactsAsked>;
}

/** A rule as its file defines it, with the type of its items. */
export interface PolicyRuleDefinition<Item> extends Pick<PolicyRule, 'key' | 'comparing'> {
  readonly schema: z.ZodType<readonly Item[]>;
  readonly reads: (item: Item) => Reads;
  /** Judges one item, and returns its results in the order of the report. */
  readonly judge: (item: Item, facts: RuleSubject) => readonly RuleResult[];
}

/** A rule whose items carry their judgement, so that rules with items of any type fit into one list. */
export function policyRule<Item>(rule: PolicyRuleDefinition<Item>): PolicyRule {
  const { key, comparing, schema, reads, judge } = rule;
  const asked = (item: Item): Asked => ({
    key,
    item,
    reads: reads(item),
    judge: (facts) => judge(item, facts),
  });
  return {
    key,
    ...(comparing === undefined ? {} : { comparing }),
    schema: schema.transform((items) => items.map(asked)),
  };
}
