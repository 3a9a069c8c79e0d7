export { evaluatePolicy, type GateReport, type ModelReport } from './gate.ts';
export { parsePolicy } from './parse-policy.ts';
export type { ModelPolicy, Policy, VersionSelector } from './policy.ts';
export type { Asked, Reads } from './rules/gate-rule.ts';
export type { JudgedModel, OnMissing } from './rules/judged-model.ts';
export type { RuleResult, RuleStatus } from './rules/rule-result.ts';
export type { Verdict } from './verdict.ts';
