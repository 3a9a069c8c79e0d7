import type { ModelVersion } from '@tidemark/core';
import { shown } from '../shown.ts';
import type { RuleResult } from './rule-result.ts';
import { tagEvidence } from './tag-evidence.ts';

/** A tag that the candidate must have. */
export interface RequiredTag {
  readonly key: string;
  readonly equals: string;
  /** The tag's evidence must name the candidate's artifacts digest. */
  readonly boundToDigest: boolean;
}

/** The candidate has a tag with a value, and the tag was set for the files that the candidate has. */
export function judgeRequiredTag(rule: RequiredTag, version: ModelVersion): RuleResult {
  const id = `tags.require.${rule.key}`;
  const expected = `${shown(rule.equals)}${rule.boundToDigest ? ', set for these files' : ''}`;
  const tag = version.tags.find(({ key }) => key === rule.key);
  if (tag === undefined) return { id, status: 'fail', expected, actual: 'not set' };
  const evidence = tagEvidence(tag.evidence);
  if (tag.value !== rule.equals) {
    return { id, status: 'fail', expected, actual: shown(tag.value), evidence };
  }
  if (!rule.boundToDigest)
    return { id, status: 'pass', expected, actual: shown(tag.value), evidence };
  const { digest } = tag.evidence;
  const problem =
    version.artifactsDigest === undefined
      ? 'but the version has no digest'
      : digest === undefined
        ? 'but its evidence names no digest'
        : digest !== version.artifactsDigest
          ? `but set for other files, ${shown(digest)}`
          : undefined;
  return {
    id,
    status: problem === undefined ? 'pass' : 'fail',
    expected,
    actual: problem === undefined ? shown(tag.value) : `${shown(tag.value)}, ${problem}`,
    evidence,
  };
}
