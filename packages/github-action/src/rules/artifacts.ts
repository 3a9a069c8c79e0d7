import type { VersionFacts } from '../evidence/version-facts.ts';
import type { StandingRule } from './gate-rule.ts';
import type { RuleResult } from './rule-result.ts';

/** The files of the candidate are the ones that were registered, byte for byte. */
export const artifacts: StandingRule = {
  judge: ({ candidate }) => [judgeArtifacts('integrity.artifacts', candidate)],
};

/** The baseline's files must be the registered ones too, if a rule uses them. */
export const baselineArtifacts: StandingRule = {
  judge: ({ baseline, used }) =>
    baseline.kind === 'with' && used.baseline.signature
      ? [judgeArtifacts('integrity.baseline-artifacts', baseline.reading)]
      : [],
};

function judgeArtifacts(id: string, { version, artifactsProblem }: VersionFacts): RuleResult {
  return {
    id,
    status: artifactsProblem === undefined ? 'pass' : 'fail',
    expected: version.artifactsDigest ?? 'a digest of the files',
    actual: artifactsProblem ?? 'every file is as it was registered',
  };
}
