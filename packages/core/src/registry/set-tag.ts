import { TidemarkError } from '../errors.ts';
import { LIMITS } from '../model/limits.ts';
import { assertKey } from '../model/names.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, RegistryTag, TagEvidence } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { changeModel } from './commit-changes.ts';
import { getVersion } from './find-version.ts';

/** The evidence for a tag, in addition to its author and time. */
export type EvidenceDraft = Pick<TagEvidence, 'runId' | 'ciJob' | 'digest'>;

/** The tag of a registered model (without `version`) or of one version. */
export interface TagTarget {
  readonly name: string;
  readonly version?: number;
  readonly key: string;
  readonly by: Actor;
}

/**
 * Sets a tag of a registered model or of a version, with its evidence. The evidence of a version's tag has the
 * version's artifacts digest, unless you give another.
 *
 * @example
 * ```ts
 * import { setRegistryTag } from '@tidemark/core';
 *
 * const by = { name: 'ci', authenticated: false };
 * await setRegistryTag(store, { name: 'iris', version: 3, key: 'eval', value: 'passed', by, evidence: { runId } });
 * ```
 *
 * @throws INVALID_KEY, INVALID_ARGUMENT, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export async function setRegistryTag(
  store: Store,
  options: TagTarget & { value: string; evidence?: EvidenceDraft },
): Promise<void> {
  assertArguments({ store }, 'setRegistryTag', { store: 'store' });
  assertOptions(options, 'setRegistryTag', {
    name: 'string',
    version: 'number?',
    key: 'string',
    by: 'actor',
    value: 'string',
    evidence: 'object?',
  });
  const { name, version, key, value, by, evidence = {} } = options;
  const tag = planTag(key, value, by, evidence);
  await changeModel(store, name, by, (model) => {
    if (version === undefined) {
      return [{ kind: 'model-tag-set', tag }];
    }
    const digest = evidence.digest ?? getVersion(model, version).artifactsDigest;
    const bound = digest === undefined ? tag : { ...tag, evidence: { ...tag.evidence, digest } };
    return [{ kind: 'version-tag-set', version, tag: bound }];
  });
}

/** Deletes a tag. Does nothing if there is no such tag. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
export async function deleteRegistryTag(store: Store, options: TagTarget): Promise<void> {
  assertArguments({ store }, 'deleteRegistryTag', { store: 'store' });
  assertOptions(options, 'deleteRegistryTag', {
    name: 'string',
    version: 'number?',
    key: 'string',
    by: 'actor',
  });
  const { name, version, key, by } = options;
  await changeModel(store, name, by, (model) => {
    const tags = version === undefined ? model.tags : getVersion(model, version).tags;
    if (!tags.some((tag) => tag.key === key)) return [];
    return [
      version === undefined
        ? { kind: 'model-tag-deleted', key }
        : { kind: 'version-tag-deleted', version, key },
    ];
  });
}

/** Checks a tag and returns it with its evidence. @throws INVALID_KEY, INVALID_ARGUMENT */
export function planTag(
  key: string,
  value: string,
  by: Actor,
  evidence: EvidenceDraft = {},
): RegistryTag {
  assertKey(key, 'tag');
  if (value.length > LIMITS.registryTagValueLength) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The value of tag ${JSON.stringify(key)} has ${value.length} characters; at most ${LIMITS.registryTagValueLength} are allowed. Give a shorter value.`,
      { details: { key } },
    );
  }
  return { key, value, evidence: { by, atMs: Date.now(), ...evidence } };
}
