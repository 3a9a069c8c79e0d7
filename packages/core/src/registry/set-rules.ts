import { parseTransitionRules } from '../chain/transition-rule.ts';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { SetRulesOptions } from '../port/review-options.ts';
import type { Store } from '../port/store.ts';
import { changeModel } from './commit-changes.ts';

/**
 * Declares what a registered model's transitions must fulfil, in place of the rules it had; an empty
 * list takes them away. What was there before the rules stays where it is.
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
