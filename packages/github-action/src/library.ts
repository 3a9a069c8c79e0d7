export { evaluatePolicy, type GateReport, type ModelReport } from './gate/gate.ts';
export type { Verdict } from './gate/verdict.ts';
export { parsePolicy } from './policy/parse-policy.ts';
export type { ModelPolicy, Policy, VersionSelector } from './policy/policy.ts';
export type { Asked, Reads } from './rules/gate-rule.ts';
export type { RuleResult, RuleStatus } from './rules/rule-result.ts';
export type { OnMissing, RuleSubject } from './rules/rule-subject.ts';
