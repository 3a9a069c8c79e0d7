import type { VersionFacts } from '../evidence/version-facts.ts';
import type { RuleResult } from './rule-result.ts';

/** The candidate's files are the ones that were registered, byte for byte. */
export function judgeArtifacts({ version, artifactsProblem }: VersionFacts): RuleResult {
  return {
    id: 'integrity.artifacts',
    status: artifactsProblem === undefined ? 'pass' : 'fail',
    expected: version.artifactsDigest ?? 'a digest of the files',
    actual: artifactsProblem ?? 'every file is as it was registered',
  };
}
