import type { RegisteredModel } from '@tidemark/core';
import type { MetricReading } from './evidence/read-metric.ts';
import type { VersionFacts } from './evidence/version-facts.ts';
import type { ModelPolicy, Policy } from './policy.ts';
import { judgeArtifacts } from './rules/artifacts.ts';
import { judgeForbiddenTag } from './rules/forbidden-tag.ts';
import type { Comparison } from './rules/metric-comparison.ts';
import { judgeImprovement } from './rules/metric-improvement.ts';
import { judgeRegression } from './rules/metric-regression.ts';
import { judgeThreshold } from './rules/metric-threshold.ts';
import { judgeParamConflicts } from './rules/param-conflicts.ts';
import { judgeRequiredTag } from './rules/required-tag.ts';
import type { RuleResult } from './rules/rule-result.ts';
import { judgeRunState } from './rules/run-state.ts';

/** What the store says of one model that is to be judged. */
export interface ModelFacts {
  readonly model: RegisteredModel;
  readonly candidate: VersionFacts;
  /** Absent when the policy names no baseline, or nothing has its alias. */
  readonly baseline?: VersionFacts;
}

/** Applies every rule of the policy to one model. Pure: nothing is read, and no rule ends another. */
export function judgeModel(
  policy: ModelPolicy,
  { model, candidate, baseline }: ModelFacts,
  onMissing: Policy['onMissing'],
): RuleResult[] {
  const results = [judgeArtifacts(candidate)];
  // A version without a run has no metrics either; that only matters to a policy that asks for some.
  if (candidate.version.runId !== undefined || policy.metrics.length > 0) {
    results.push(judgeRunState('integrity.run', candidate));
  }
  if (candidate.run !== undefined) results.push(judgeParamConflicts(candidate.run));
  for (const tag of policy.requiredTags) results.push(judgeRequiredTag(tag, candidate.version));
  for (const tag of policy.forbiddenTags) {
    results.push(judgeForbiddenTag(tag, candidate.version, model.tags));
  }
  const isItsOwnBaseline = baseline?.version.version === candidate.version.version;
  if (baseline !== undefined && !isItsOwnBaseline) {
    results.push(judgeRunState('integrity.baseline-run', baseline));
  }
  for (const metric of policy.metrics) {
    const reading = readingOf(candidate, metric.name);
    if (metric.threshold !== undefined) {
      results.push(judgeThreshold(metric, metric.threshold, reading, onMissing));
    }
    const comparison = comparisonFor(policy, metric.name, baseline, isItsOwnBaseline);
    const input = { metric, candidate: reading, comparison, onMissing };
    if (metric.maxRegression !== undefined) {
      results.push(judgeRegression({ ...input, margin: metric.maxRegression }));
    }
    if (metric.minImprovement !== undefined) {
      results.push(judgeImprovement({ ...input, margin: metric.minImprovement }));
    }
  }
  return results;
}

function comparisonFor(
  policy: ModelPolicy,
  metric: string,
  baseline: VersionFacts | undefined,
  isItsOwnBaseline: boolean,
): Comparison {
  if (baseline === undefined) {
    const skips = policy.baseline?.whenAbsent === 'skip';
    return {
      kind: 'none',
      status: skips ? 'skipped' : 'fail',
      reason: `no version has the alias ${policy.baseline?.alias ?? ''}`,
    };
  }
  if (isItsOwnBaseline) {
    return { kind: 'none', status: 'skipped', reason: 'the candidate is the baseline itself' };
  }
  return { kind: 'with', reading: readingOf(baseline, metric) };
}

function readingOf(facts: VersionFacts, metric: string): MetricReading {
  return facts.metrics.get(metric) ?? { kind: 'unusable', reason: 'it was not read' };
}
