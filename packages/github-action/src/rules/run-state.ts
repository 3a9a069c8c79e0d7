import type { VersionFacts } from '../evidence/version-facts.ts';
import type { StandingRule } from './gate-rule.ts';
import type { RuleResult } from './rule-result.ts';

/**
 * The candidate's run is unchanged since the version was registered, so its metrics are valid. A version without a
 * run has no metrics, which only matters for a policy that asks for some.
 */
export const runState: StandingRule = {
  judge: ({ candidate, used }) =>
    candidate.version.runId !== undefined || used.candidate.metrics.length > 0
      ? [judgeRunState('integrity.run', candidate)]
      : [],
};

/** The baseline's run must be unchanged too, if a rule uses it. */
export const baselineRunState: StandingRule = {
  judge: ({ baseline, used }) =>
    baseline.kind === 'with' && used.baseline.metrics.length > 0
      ? [judgeRunState('integrity.baseline-run', baseline.reading)]
      : [],
};

function judgeRunState(id: string, { version, runProblem }: VersionFacts): RuleResult {
  const { runState: registered } = version;
  return {
    id,
    status: runProblem === undefined ? 'pass' : 'fail',
    expected: registered === undefined ? 'a digest of the run' : `sha256:${registered.sha256}`,
    actual: runProblem ?? 'the run was not changed since',
  };
}
