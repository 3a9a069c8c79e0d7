import type { MetricColumns, RunId } from '@tidemark/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampledPoints } from './sampled-points.ts';

const EVERY_STEP = { firstStep: Number.NEGATIVE_INFINITY, lastStep: Number.POSITIVE_INFINITY };

function history(steps: number[]): MetricColumns {
  return {
    runId: 'r' as RunId,
    key: 'loss',
    steps: Float64Array.from(steps),
    timesMs: Float64Array.from(steps.keys()),
    values: Float64Array.from(steps.keys()),
    subjects: undefined,
  };
}

it('has the requested number of points, each once, with the first and the last by step', () => {
  const steps = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 300 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 2, max: 300 }), (given, count) => {
      const sample = sampledPoints(history(given), { count, ...EVERY_STEP });
      const sorted = given
        .map((step, timestampMs) => ({ step, timestampMs }))
        .sort((a, b) => a.step - b.step || a.timestampMs - b.timestampMs);
      expect(sample).toHaveLength(Math.min(given.length, count));
      expect(new Set(sample.map(({ timestampMs }) => timestampMs)).size).toBe(sample.length);
      expect(sample[0]).toMatchObject(sorted[0] as object);
      expect(sample.at(-1)).toMatchObject(sorted.at(-1) as object);
      expect(sample.map(({ step }) => step)).toEqual(
        sample.map(({ step }) => step).toSorted((a, b) => a - b),
      );
    }),
  );
});

it('has only points of the steps that were asked for', () => {
  const steps = { firstStep: 2, lastStep: 4 };
  const sample = sampledPoints(history([5, 4, 3, 2, 1]), { count: 2, ...steps });
  expect(sample.map(({ step }) => step)).toEqual([2, 4]);
  expect(sampledPoints(history([]), { count: 2, ...steps })).toEqual([]);
  expect(sampledPoints(history([1, 3]), { count: 1, ...EVERY_STEP })).toMatchObject([{ step: 1 }]);
});
