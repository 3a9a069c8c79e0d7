import { registerModel, setModelAlias, startRun } from '@tidemark/client';
import { createModelVersion, MemoryStore, type ModelSignature, type Store } from '@tidemark/core';
import { formatMlModel, signatureToJson } from '@tidemark/mlflow';
import { describe, expect, it } from 'vitest';
import { evaluatePolicy } from '../gate/gate.ts';
import { parsePolicy } from '../policy/parse-policy.ts';

const POLICY = parsePolicy(`
version: 1
models:
  - name: penguins
    baseline: {alias: champion}
    schema: {inputs: backward-compatible, outputs: backward-compatible}
`);

const SIGNATURE: ModelSignature = {
  inputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 4] }],
  outputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 3] }],
};

/** Registers a model with an MLmodel file: with this signature, without one, or with exactly this text. */
async function register(store: Store, content: ModelSignature | string | undefined): Promise<void> {
  const text =
    typeof content === 'string'
      ? content
      : formatMlModel({
          flavors: { tfjs: {} },
          ...(content === undefined ? {} : { signature: signatureToJson(content) }),
        });
  const model = await startRun({ store, environment: false }, (run) =>
    run.logModel({
      name: 'classifier',
      files: () => [{ path: 'MLmodel', content: new TextEncoder().encode(text) }],
    }),
  );
  await registerModel({ store, name: 'penguins', model });
}

async function judged(
  champion: ModelSignature | string | undefined,
  candidate: ModelSignature | string | undefined,
): Promise<Record<string, string>> {
  const store = new MemoryStore();
  await register(store, champion);
  await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
  await register(store, candidate);
  const { models } = await evaluatePolicy(store, POLICY);
  const rules = models[0]?.rules.filter(({ id }) => id.startsWith('schema.')) ?? [];
  return Object.fromEntries(
    rules.map(({ id, status, actual, baseline }) => [id, `${status}: ${actual} / ${baseline}`]),
  );
}

describe('the signatures of candidate and champion', () => {
  it('are read from their MLmodel files and compared', async () => {
    expect(await judged(SIGNATURE, SIGNATURE)).toEqual({
      'schema.inputs': 'pass: float32[-1, 4] / float32[-1, 4]',
      'schema.outputs': 'pass: float32[-1, 3] / float32[-1, 3]',
    });
    const more = {
      ...SIGNATURE,
      inputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 5] }],
    } as const;
    expect(await judged(SIGNATURE, more)).toEqual({
      'schema.inputs':
        'fail: it has the input "#0" as float32[-1, 5], no longer as float32[-1, 4] / float32[-1, 4]',
      'schema.outputs': 'pass: float32[-1, 3] / float32[-1, 3]',
    });
  });

  it.each([
    ['no signature', undefined, /^fail: .*it has no signature/],
    ['no outputs', { inputs: SIGNATURE.inputs } as ModelSignature, /^fail: .*declares no outputs/],
    ['no MLmodel that can be read', 'flavors: [', /^fail: .*MLmodel file cannot be read/],
  ])('block with %s on either side', async (_, broken, reason) => {
    expect((await judged(SIGNATURE, broken))['schema.outputs']).toMatch(reason);
    expect((await judged(broken, SIGNATURE))['schema.outputs']).toMatch(reason);
  });

  it('are read from the artifacts of a run, too', async () => {
    const store = new MemoryStore();
    const text = formatMlModel({ flavors: { tfjs: {} }, signature: signatureToJson(SIGNATURE) });
    const runId = await startRun({ store, environment: false }, async (run) => {
      await run.logText(text, 'model/MLmodel');
      return run.runId;
    });
    await register(store, SIGNATURE);
    await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
    await createModelVersion(store, {
      name: 'penguins',
      source: `runs:/${runId}/model`,
      runId,
      by: { name: 'ada', authenticated: false },
    });
    const { models } = await evaluatePolicy(store, POLICY);
    expect(models[0]?.rules.filter(({ status }) => status !== 'pass')).toEqual([]);
  });
});
