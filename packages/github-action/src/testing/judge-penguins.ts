import type { Actor, ModelVersion, Store } from '@tidemark/core';
import { expect } from 'vitest';
import { evaluatePolicy, type ModelReport } from '../gate/gate.ts';
import { parsePolicy } from '../policy/parse-policy.ts';

/** A rule that the classifier of `registerPenguins` meets. */
export const ACCURACY: string = 'metrics: [{name: accuracy, direction: higher, threshold: 0.9}]';
/** The user who registers. */
export const BY: Actor = { name: 'ada', authenticated: false };

/** Judges the model penguins by some rules. */
export async function judge(
  store: Store,
  asked: string = ACCURACY,
  defaults = '',
): Promise<ModelReport> {
  const text = `version: 1\n${defaults}\nmodels:\n  - name: penguins\n    ${asked.replaceAll('\n', '\n    ')}\n`;
  const { models } = await evaluatePolicy(store, parsePolicy(text));
  expect.assert(models[0] !== undefined);
  return models[0];
}

/** The rules that block, each with the value that was found. */
export function blocking({ rules }: ModelReport): string[] {
  return rules
    .filter(({ status }) => status === 'fail' || status === 'error')
    .map(({ id, actual }) => `${id}: ${actual}`);
}

/** Registers a version directly, as anyone with write access to the store could. */
export async function registerByHand(store: Store, change: Partial<ModelVersion>): Promise<void> {
  const entry = await store.registry.read('penguins');
  const version = entry?.model.versions.at(-1);
  expect.assert(entry !== undefined && version !== undefined);
  const {
    tags: _t,
    aliases: _a,
    creationTimeMs: _c,
    lastUpdateTimeMs: _l,
    createdBy: _b,
    ...facts
  } = version;
  const created = { ...facts, ...change, version: version.version + 1 };
  const changes = [{ kind: 'version-created', ...created }] as const;
  await store.registry.commit('penguins', entry.head, { by: BY, atMs: 1, changes });
}
