export { evaluatePolicy, type GateReport, type ModelReport } from './gate/gate.ts';
export type { Verdict } from './gate/verdict.ts';
export { parsePolicy } from './policy/parse-policy.ts';
export type { ModelPolicy, Policy, VersionSelector } from './policy/policy.ts';
export type { Asked, Reads } from './rules/gate-rule.ts';
export type { JudgedModel, OnMissing } from './rules/judged-model.ts';
export type { RuleResult, RuleStatus } from './rules/rule-result.ts';
