import { parseTransitionRules } from '../chain/transition-rule.ts';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { SetRulesOptions } from '../port/review-options.ts';
import type { Store } from '../port/store.ts';
import { changeModel } from './commit-changes.ts';

/**
 * Sets the rules of a registered model's transitions, and replaces its earlier rules; an empty list removes them.
 * Stages and aliases that versions have already stay.
 *
 * @example
 * ```ts
 * import { setTransitionRules } from '@tidemark/core';
 *
 * const target = { kind: 'stage', stage: 'Production' } as const;
 * const by = { name: 'ada', authenticated: false };
 * await setTransitionRules(store, { name: 'iris', rules: [{ target, approvals: 2 }], by });
 * ```
 *
 * @throws MODEL_NOT_FOUND, INVALID_ARGUMENT, INVALID_KEY
 */
export async function setTransitionRules(
  store: Store,
  options: SetRulesOptions,
): Promise<RegisteredModel> {
  assertArguments({ store }, 'setTransitionRules', { store: 'store' });
  assertOptions(options, 'setTransitionRules', { name: 'string', rules: 'objects', by: 'actor' });
  const { name, by } = options;
  const rules = parseTransitionRules(options.rules);
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) return reviews.setTransitionRules({ name, rules, by });
  const text = canonicalJson(rules as unknown as Json);
  const { model } = await changeModel(store, name, by, (before) =>
    canonicalJson(before.rules as unknown as Json) === text ? [] : [{ kind: 'rules-set', rules }],
  );
  return model;
}
