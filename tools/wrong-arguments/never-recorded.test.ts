import { openStore, registerModel, startRun } from '@tidemark/client';
import { MemoryStore, searchRuns, TidemarkError } from '@tidemark/core';
import { expect, it } from 'vitest';
import { WRONG_VALUES } from './wrong-values.ts';

// An object without entries would count as empty options, or as an empty set.
const TAKEN = new Set(['undefined', 'empty object', 'no prototype', 'hostile keys', 'cycle']);

const WRONG = Object.entries(WRONG_VALUES).filter(([kind]) => !TAKEN.has(kind));

it.each(WRONG)(
  '%s is never accepted as options, or as a set of params or metrics',
  async (_, wrong) => {
    const store = new MemoryStore();
    const notText = typeof wrong === 'string' ? 5 : wrong;
    await startRun({ store, environment: false }, async (run) => {
      for (const act of [
        () => run.logMetric('m', 1, wrong as never),
        () => run.logMetrics(wrong as never),
        () => run.logParams(wrong as never),
        () => run.setTags(wrong as never),
        () => searchRuns(store, { filter: notText } as never),
        () => registerModel({ store, name: notText } as never),
        () => openStore(notText as never),
      ]) {
        await expect((async () => act())()).rejects.toBeInstanceOf(TidemarkError);
      }
    });
    const [run] = await store.runs({});
    expect([run?.params, run?.metrics]).toEqual([{}, {}]);
  },
);
