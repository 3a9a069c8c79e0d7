import { MemoryStore } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { openStore, registerModel, setModelAlias, startRun } from './index.ts';

// tools/wrong-arguments tests that every call refuses or records wrong values of every type.

describe('a value of a wrong type', () => {
  it.each([
    [{ setp: 7 }, 'Did you mean step?'],
    [{ timestamp: 5 }, 'Did you mean timestampMs?'],
    [7, 'a number was given'],
  ])('is refused as the options of a metric, with a suggestion: %j', async (options, message) => {
    await startRun({ store: new MemoryStore(), environment: false }, async (run) => {
      await expect(run.logMetric('m', 1, options as never)).rejects.toThrow(message);
    });
  });

  it('inside a param is stored as text or refused', async () => {
    const store = new MemoryStore();
    await startRun({ store, environment: false }, async (run) => {
      await run.logParam('nan', { lr: Number.NaN, max: [Number.POSITIVE_INFINITY] });
      await run.logParam('typed', { a: new Float32Array([1, 2]) } as never);
      for (const wrong of [new Map([['lr', 1]]), new Set(['relu']), /a+/, () => 1, Symbol('x')]) {
        await expect(run.logParam('inside', [wrong])).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
      }
    });
    expect((await store.runs({}))[0]?.params).toEqual({
      nan: '{"lr":"NaN","max":["Infinity"]}',
      typed: '{"a":[1,2]}',
    });
  });
});

it('a refused value is named by its type', async () => {
  await startRun({ store: new MemoryStore(), environment: false }, async (run) => {
    const refused = (call: Promise<unknown>, message: string) =>
      expect(call).rejects.toThrow(message);
    await refused(run.logMetric('m', undefined as never), 'The metric "m" is undefined, not a num');
    await refused(run.logMetrics({ m: {} } as never), 'The metric "m" is an object, not a number');
    await refused(run.logParams({ p: () => 1 } as never), 'is a function, which has no text');
    await refused(run.setTags({ t: null } as never), 'The tag "t" is null, not a string');
    await refused(run.logMetric('m', 1, [] as never), 'options of a metric have to be a plain');
    await refused(run.end('DONE' as never), 'A run ends FINISHED, FAILED or KILLED, not "DONE"');
  });
});

it.each([
  [() => setModelAlias({ name: 'm', alais: 'x', version: 1 } as never), 'Did you mean alias?'],
  [() => registerModel({ nmae: 'm' } as never), 'Did you mean name?'],
  [() => openStore('memory:', { durabilty: 'os' } as never), 'no option "durabilty"'],
  [() => openStore(null as never), 'has to be a string; null was given'],
  [() => startRun({ name: 5 } as never), 'name of startRun has to be a string'],
  [() => startRun({ runId: null } as never), 'runId of startRun has to be a string'],
  [() => startRun({ tags: ['a'] } as never), 'tags of startRun have to be a plain object'],
  [() => startRun({ nmae: 'x' } as never), 'Did you mean name?'],
])('%s is refused with a suggestion', async (act, message) => {
  await expect(act()).rejects.toThrow(message);
});
