import type { RegisteredModel } from '@tidemark/core';
import type { MetricReading } from './evidence/read-metric.ts';
import type { SignatureReading } from './evidence/read-signature.ts';
import type { VersionFacts } from './evidence/version-facts.ts';
import type { MetricPolicy, ModelPolicy, Policy } from './policy.ts';
import { judgeArtifacts } from './rules/artifacts.ts';
import type { Comparison } from './rules/comparison.ts';
import { judgeForbiddenTag } from './rules/forbidden-tag.ts';
import { judgeImprovement } from './rules/metric-improvement.ts';
import { judgeRegression } from './rules/metric-regression.ts';
import { judgeThreshold } from './rules/metric-threshold.ts';
import { judgeParamConflicts } from './rules/param-conflicts.ts';
import { judgeRequiredTag } from './rules/required-tag.ts';
import type { RuleResult } from './rules/rule-result.ts';
import { judgeRunState } from './rules/run-state.ts';
import { judgeSchema } from './rules/schema.ts';

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
  const results = [judgeArtifacts('integrity.artifacts', candidate)];
  // A version without a run has no metrics either; that only matters to a policy that asks for some.
  if (candidate.version.runId !== undefined || policy.metrics.length > 0) {
    results.push(judgeRunState('integrity.run', candidate));
  }
  if (candidate.run !== undefined) results.push(judgeParamConflicts(candidate.run));
  for (const tag of policy.requiredTags) results.push(judgeRequiredTag(tag, candidate.version));
  for (const tag of policy.forbiddenTags) {
    results.push(judgeForbiddenTag(tag, candidate.version, model.tags));
  }
  const compared = comparedVersion(policy, candidate, baseline);
  results.push(...judgeBaseline(policy, compared));
  for (const metric of policy.metrics) {
    const reading = readingOf(candidate, metric.name);
    if (metric.threshold !== undefined) {
      results.push(judgeThreshold(metric, metric.threshold, reading, onMissing));
    }
    const comparison = mapComparison(compared, (facts) => readingOf(facts, metric.name));
    const input = { metric, candidate: reading, comparison, onMissing };
    if (metric.maxRegression !== undefined) {
      results.push(judgeRegression({ ...input, margin: metric.maxRegression }));
    }
    if (metric.minImprovement !== undefined) {
      results.push(judgeImprovement({ ...input, margin: metric.minImprovement }));
    }
  }
  const comparison = mapComparison(compared, signatureOf);
  for (const side of policy.schema) {
    results.push(judgeSchema(side, signatureOf(candidate), comparison, onMissing));
  }
  return results;
}

/** What is compared with has to be believable as well, as far as it is used. */
function judgeBaseline(policy: ModelPolicy, compared: Comparison<VersionFacts>): RuleResult[] {
  if (compared.kind === 'none') return [];
  return [
    ...(policy.metrics.some(comparesMetric)
      ? [judgeRunState('integrity.baseline-run', compared.reading)]
      : []),
    ...(policy.schema.length > 0
      ? [judgeArtifacts('integrity.baseline-artifacts', compared.reading)]
      : []),
  ];
}

function comparesMetric({ maxRegression, minImprovement }: MetricPolicy): boolean {
  return maxRegression !== undefined || minImprovement !== undefined;
}

function comparedVersion(
  policy: ModelPolicy,
  candidate: VersionFacts,
  baseline: VersionFacts | undefined,
): Comparison<VersionFacts> {
  if (baseline === undefined) {
    return {
      kind: 'none',
      status: policy.baseline?.whenAbsent === 'skip' ? 'skipped' : 'fail',
      reason: `no version has the alias ${policy.baseline?.alias ?? ''}`,
    };
  }
  return baseline.version.version === candidate.version.version
    ? { kind: 'none', status: 'skipped', reason: 'the candidate is the baseline itself' }
    : { kind: 'with', reading: baseline };
}

function mapComparison<A, B>(comparison: Comparison<A>, map: (reading: A) => B): Comparison<B> {
  return comparison.kind === 'none'
    ? comparison
    : { kind: 'with', reading: map(comparison.reading) };
}

function signatureOf({ signature }: VersionFacts): SignatureReading {
  return signature ?? { kind: 'unusable', reason: 'it was not read' };
}

function readingOf(facts: VersionFacts, metric: string): MetricReading {
  return facts.metrics.get(metric) ?? { kind: 'unusable', reason: 'it was not read' };
}
