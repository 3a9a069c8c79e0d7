import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import type { Actor, RegisteredModel, TransitionRule } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import { changeModel } from './commit-changes.ts';
import { parseTransitionRules } from './transition-rule.ts';

/**
 * Declares what a registered model's transitions must fulfil, in place of the rules it had; an empty
 * list takes them away. What was there before the rules stays where it is.
 * @throws MODEL_NOT_FOUND, INVALID_ARGUMENT, INVALID_KEY
 */
export async function setTransitionRules(
  store: Store,
  options: { name: string; rules: readonly TransitionRule[]; by: Actor },
): Promise<RegisteredModel> {
  const { name, by } = options;
  const rules = parseTransitionRules(options.rules);
  const text = canonicalJson(rules as unknown as Json);
  const { model } = await changeModel(store, name, by, (before) =>
    canonicalJson(before.rules as unknown as Json) === text ? [] : [{ kind: 'rules-set', rules }],
  );
  return model;
}
