import { type ActiveRun, registerModel, setModelTag, startRun } from '@tidemark/client';
import { MemoryStore, type Store, setRegistryTag } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { ACCURACY, BY, blocking, judge } from '../testing/judge-penguins.ts';
import { registerPenguins } from '../testing/register-penguins.ts';

describe('a metric', () => {
  async function registerWith(log: (run: ActiveRun) => Promise<void>): Promise<Store> {
    const store = new MemoryStore();
    const model = await startRun({ store, environment: false }, async (run) => {
      await log(run);
      const file = { path: 'weights.bin', content: new Uint8Array([1]) };
      return await run.logModel({ name: 'classifier', files: () => [file] });
    });
    await registerModel({ store, name: 'penguins', model });
    return store;
  }

  it('that was never logged fails, or is skipped if the policy says so', async () => {
    const store = await registerWith(async () => {});
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('did not log it')]);
    const skipped = await judge(store, ACCURACY, 'defaults: {on_missing: skip}');
    expect(skipped.verdict).toBe('passed');
    expect(skipped.rules.at(-1)?.status).toBe('skipped');
  });

  it('that has two values for one step and time is ambiguous', async () => {
    const store = await registerWith(async (run) => {
      for (const value of [0.1, 0.95]) {
        await run.logMetric('accuracy', value, { step: 3, timestampMs: 5 });
      }
    });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('the values 0.1, 0.95')]);
  });

  it('that was logged for two datasets is ambiguous', async () => {
    const store = await registerWith(async (run) => {
      await run.logMetric('accuracy', 0.5, { dataset: { name: 'holdout', digest: 'a' } });
      await run.logMetric('accuracy', 0.99, {
        step: 9,
        dataset: { name: 'training', digest: 'b' },
      });
    });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('for 2 datasets')]);
  });

  it('of another model does not count for this one', async () => {
    const other = await registerPenguins(new MemoryStore());
    const store = await registerWith(async (run) => {
      expect.assert(other.modelId !== undefined);
      await run.logMetric('accuracy', 0.99, { modelId: other.modelId });
    });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('another model')]);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'named %s is read like any other',
    async (name) => {
      const asked = `metrics: [{name: ${name}, direction: higher, threshold: 0.9}]`;
      const without = new MemoryStore();
      await registerPenguins(without);
      expect(blocking(await judge(without, asked))).toHaveLength(1);
      const store = await registerWith((run) => run.logMetric(name, 0.95));
      expect(blocking(await judge(store, asked))).toEqual([]);
    },
  );
});

describe('a forbidden tag', () => {
  const asked = 'tags: {forbid: [{key: quarantined}, {key: status, equals: withdrawn}]}';

  it('with a given value blocks only with this value', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    const tag = { store, name: 'penguins', version: 1 };
    await setModelTag({ ...tag, key: 'status', value: 'fine' });
    expect((await judge(store, asked)).verdict).toBe('passed');
    await setModelTag({ ...tag, key: 'status', value: 'withdrawn' });
    expect(blocking(await judge(store, asked))).toEqual(['tags.forbid.status: "withdrawn"']);
  });

  it('blocks with any value, also on the registered model', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await setRegistryTag(store, { name: 'penguins', key: 'quarantined', value: '', by: BY });
    expect(blocking(await judge(store, asked))).toEqual([
      'tags.forbid.quarantined: "" on the registered model',
    ]);
  });
});

describe('a required tag', () => {
  it('on the registered model does not count for its version', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await setRegistryTag(store, { name: 'penguins', key: 'ok', value: 'yes', by: BY });
    const asked = 'tags: {require: [{key: ok, equals: "yes"}]}';
    expect(blocking(await judge(store, asked))).toEqual(['tags.require.ok: not set']);
  });
});
