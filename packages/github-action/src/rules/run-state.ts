import type { VersionFacts } from '../evidence/version-facts.ts';
import type { RuleResult } from './rule-result.ts';

/** The run behind a version is as it was when the version was registered, so that its metrics hold. */
export function judgeRunState(id: string, facts: VersionFacts): RuleResult {
  const { runState } = facts.version;
  return {
    id,
    status: facts.runProblem === undefined ? 'pass' : 'fail',
    expected: runState === undefined ? 'a digest of the run' : `sha256:${runState.sha256}`,
    actual: facts.runProblem ?? 'nothing of the run was changed since',
  };
}
