import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPERIMENT_ID, type RunId } from '../model/ids.ts';
import type { MetricPoint } from '../model/metric.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { bucketPoints, metricBuckets, metricBucketsOf } from './bucket-history.ts';

const points: fc.Arbitrary<MetricPoint[]> = fc.array(
  fc.record({
    key: fc.constant('loss'),
    value: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN)),
    timestampMs: fc.nat({ max: 3 }),
    step: fc.integer({ min: -10, max: 10 }),
  }),
);

describe('the buckets of a metric', () => {
  it('have every point once, in the order of steps, and their extremes', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 30 }), (history, count) => {
        const buckets = bucketPoints(history, count);
        expect(buckets.length).toBeLessThanOrEqual(count);
        expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(history.length);
        let before = Number.NEGATIVE_INFINITY;
        for (const { first, last, min, max } of buckets) {
          expect(first.step).toBeGreaterThan(before);
          before = last.step;
          const within = history.filter(({ step }) => step >= first.step && step <= last.step);
          const values = within.map(({ value }) => value).filter((value) => !Number.isNaN(value));
          expect(min.value).toBe(values.length === 0 ? Number.NaN : Math.min(...values));
          expect(max.value).toBe(values.length === 0 ? Number.NaN : Math.max(...values));
        }
      }),
    );
  });

  it('count NaN and the infinities, and NaN is not an extreme', () => {
    const values = [Number.NaN, 3, Number.POSITIVE_INFINITY, 1, Number.NaN, 2];
    const history = values.map((value, step) => ({ key: 'loss', value, timestampMs: 1, step }));
    const [bucket] = bucketPoints(history, 1);
    expect(bucket).toMatchObject({ count: 6, nanCount: 2, infinityCount: 1 });
    expect([bucket?.min.value, bucket?.max.value]).toEqual([1, Number.POSITIVE_INFINITY]);
  });

  it('of several runs are read at once, also from a store that has only histories', async () => {
    const store = new MemoryStore();
    const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
    const ids = [(await store.createRun(draft)).runId, (await store.createRun(draft)).runId];
    for (const [index, run] of ids.entries()) {
      const steps = Array.from({ length: 50 }, (_, step) => step * (index + 1));
      await store.append([
        { kind: 'metric-series', run, timeMs: 1, key: 'loss', steps, values: steps },
      ]);
    }
    const missing = 'f'.repeat(32) as RunId;
    const options = { count: 5, firstStep: 10, lastStep: 39 };
    const found = await metricBucketsOf(store, [...ids, missing], 'loss', options);
    expect(found.map((buckets) => buckets.map(({ count }) => count))).toEqual([
      [6, 6, 6, 6, 6],
      [3, 3, 3, 3, 3],
      [],
    ]);
    // Of a store that has only histories.
    const histories = new Proxy(store, {
      get: (target, name) => {
        if (name === 'bucketColumnsOf') return undefined;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    expect(await metricBucketsOf(histories, [...ids, missing], 'loss', { count: 5 })).toEqual(
      await metricBucketsOf(store, [...ids, missing], 'loss', { count: 5 }),
    );
    await expect(metricBucketsOf(store, ids, 'loss', { count: 0.5 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('keep a spike that a sampled history would lose', async () => {
    const store = new MemoryStore();
    const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
    const { runId } = await store.createRun(draft);
    const steps = Array.from({ length: 1000 }, (_, step) => step);
    const values = steps.map((step) => (step === 512 ? 99 : 1));
    await store.append([
      { kind: 'metric-series', run: runId, timeMs: 1, key: 'loss', steps, values },
    ]);
    const buckets = await metricBuckets(store, runId, 'loss', 10);
    expect(buckets.map(({ count }) => count)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(buckets.map(({ max }) => max.value)).toEqual([1, 1, 1, 1, 1, 99, 1, 1, 1, 1]);
    expect(buckets[5]?.max.step).toBe(512);
    await expect(metricBuckets(store, runId, 'loss', 0)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
