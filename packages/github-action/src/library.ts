export { evaluatePolicy, type GateReport, type ModelReport } from './gate.ts';
export { parsePolicy } from './parse-policy.ts';
export type {
  ForbiddenTag,
  Margin,
  MetricPolicy,
  ModelPolicy,
  Policy,
  RequiredTag,
  VersionSelector,
} from './policy.ts';
export type { RuleResult, RuleStatus } from './rules/rule-result.ts';
export type { Verdict } from './verdict.ts';
