import type { VersionFacts } from '../evidence/version-facts.ts';
import type { RuleResult } from './rule-result.ts';

/** The files of a version are the ones that were registered, byte for byte. */
export function judgeArtifacts(
  id: string,
  { version, artifactsProblem }: VersionFacts,
): RuleResult {
  return {
    id,
    status: artifactsProblem === undefined ? 'pass' : 'fail',
    expected: version.artifactsDigest ?? 'a digest of the files',
    actual: artifactsProblem ?? 'every file is as it was registered',
  };
}
