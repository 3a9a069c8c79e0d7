import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArtifactFile, type LoggedModel, MemoryStore, type Store } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { blocking, judge, registerByHand } from '../testing/judge-penguins.ts';
import { registerPenguins } from '../testing/register-penguins.ts';

describe('the files of a version', () => {
  it('must have the registered bytes', async () => {
    const folder = temporaryFolder();
    const store = openFileStore(folder);
    await registerPenguins(store);
    expect(blocking(await judge(store))).toEqual([]);
    const weights = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
      path.endsWith('weights.bin'),
    );
    expect.assert(weights !== undefined);
    writeFileSync(join(folder, weights), 'swapped');
    expect(blocking(await judge(store))).toEqual([
      'integrity.artifacts: the file "weights.bin" was changed after it was logged',
    ]);
  });

  it('must be the registered files, and no more', async () => {
    const store = new MemoryStore();
    const { modelId } = await registerPenguins(store);
    expect.assert(modelId !== undefined);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    expect.assert(model !== undefined);
    const owner = { kind: 'model', experimentId: model.experimentId, modelId } as const;
    const file = await store.artifacts.write(owner, 'more.bin', new Uint8Array([1]));
    await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
    expect(blocking(await judge(store))).toEqual([
      expect.stringContaining('integrity.artifacts: the files recorded now have the digest'),
    ]);
  });

  it('can be files of another run, whose bytes are checked there', async () => {
    const { store, model, refer } = await registeredModel();
    const [run] = await store.runs({});
    expect.assert(run !== undefined);
    const { runId, experimentId } = run;
    const owner = { kind: 'run', experimentId, runId } as const;
    const write = (text: string) =>
      store.artifacts.write(owner, 'kept.bin', new TextEncoder().encode(text));
    await write('weights');
    const address = { owner: { run: runId }, path: 'kept.bin' };
    await refer({ sameAs: address });
    await store.artifacts.remove?.(
      { kind: 'model', experimentId, modelId: model.modelId },
      'weights.bin',
    );
    expect(blocking(await judge(store))).toEqual([]);
    await write('swapped');
    expect(blocking(await judge(store)).join()).toMatch(
      /integrity.artifacts: the file "weights.bin" cannot be read: .*was changed since/,
    );
  });

  it('must not be references outside the store, where the gate cannot check them', async () => {
    const { store, refer } = await registeredModel();
    await refer({ uri: 's3://bucket/weights.bin' });
    expect(blocking(await judge(store)).join()).toMatch(
      /integrity.artifacts: the file "weights.bin" cannot be read: .*s3:\/\/bucket/,
    );
  });

  async function registeredModel() {
    const store = new MemoryStore();
    const { modelId } = await registerPenguins(store);
    expect.assert(modelId !== undefined);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    expect.assert(model !== undefined);
    return { store, model, refer: (to: Partial<ArtifactFile>) => refer(store, model, to) };
  }

  /** Records the weights again, as a reference with the same size and digest, which is all that the registry pins. */
  async function refer(
    store: Store,
    { modelId, artifacts }: LoggedModel,
    to: Partial<ArtifactFile>,
  ): Promise<void> {
    const weights = artifacts.find(({ path }) => path === 'weights.bin');
    expect.assert(weights !== undefined);
    const file = { ...weights, ...to };
    await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
  }

  it('must be in the store', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await registerByHand(store, { source: 's3://elsewhere/model' });
    expect(blocking(await judge(store))).toEqual([
      expect.stringContaining('"s3://elsewhere/model"'),
    ]);
  });
});
