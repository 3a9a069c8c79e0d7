import type { ModelVersion, RegistryTag } from '@tidemark/core';
import { shown } from '../shown.ts';
import type { RuleResult } from './rule-result.ts';
import { tagEvidence } from './tag-evidence.ts';

/** A tag that neither the candidate nor its registered model may have; without `equals`, with any value. */
export interface ForbiddenTag {
  readonly key: string;
  readonly equals?: string;
}

/** Neither the candidate nor its registered model has the tag. Tags of the model apply to all versions. */
export function judgeForbiddenTag(
  rule: ForbiddenTag,
  version: ModelVersion,
  modelTags: readonly RegistryTag[],
): RuleResult {
  const id = `tags.forbid.${rule.key}`;
  const expected = rule.equals === undefined ? 'not set' : `not ${shown(rule.equals)}`;
  const forbids = ({ key, value }: RegistryTag): boolean =>
    key === rule.key && (rule.equals === undefined || value === rule.equals);
  const onVersion = version.tags.find(forbids);
  const found = onVersion ?? modelTags.find(forbids);
  if (found === undefined) return { id, status: 'pass', expected, actual: 'not so' };
  return {
    id,
    status: 'fail',
    expected,
    actual: `${shown(found.value)}${onVersion === undefined ? ' on the registered model' : ''}`,
    evidence: tagEvidence(found.evidence),
  };
}
