import {
  bucketColumnsOf,
  DEFAULT_EXPERIMENT_ID,
  MemoryStore,
  planMetricSeries,
} from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { curveOf, smoothed, valueAt } from './curve.ts';

/** The curve of values at the steps 0, 1, 2 … */
async function curve(values: readonly number[], count: number) {
  const store = new MemoryStore();
  const { runId } = await store.createRun({
    experimentId: DEFAULT_EXPERIMENT_ID,
    name: 'run',
    userId: 'ada',
    startTimeMs: 0,
  });
  await store.append(planMetricSeries(runId, 'loss', { values }));
  const [buckets] = await bucketColumnsOf(store, [runId], 'loss', { count });
  return curveOf(buckets as NonNullable<typeof buckets>);
}

describe('a curve', () => {
  it('goes through every point where there are few', async () => {
    const { steps, values, isSampled } = await curve([3, 1, 2], 100);
    expect([...steps]).toEqual([0, 1, 2]);
    expect([...values]).toEqual([3, 1, 2]);
    expect(isSampled).toBe(false);
  });

  it('keeps a spike of one point among many', async () => {
    const many = Array.from({ length: 100_000 }, (_, step) => (step === 54_321 ? 1000 : 1));
    const { steps, values, isSampled } = await curve(many, 50);
    expect(isSampled).toBe(true);
    expect(values.length).toBeLessThan(300);
    expect(steps[values.indexOf(1000)]).toBe(54_321);
    expect([...steps]).toEqual([...steps].toSorted((a, b) => a - b));
  });

  it('leaves out NaN and the infinities, and marks where they are', async () => {
    const { steps, values, marks } = await curve([1, Number.NaN, 2, Number.POSITIVE_INFINITY], 100);
    expect([...values]).toEqual([1, 2]);
    expect([...steps]).toEqual([0, 2]);
    expect(marks).toEqual([1, 3]);
  });

  it('has at a step the value of the last point before it', async () => {
    const found = await curve([3, 1, 2], 100);
    expect([-1, 0, 0.5, 2, 9].map((step) => valueAt(found, step))).toEqual([undefined, 3, 3, 2, 2]);
  });
});

describe('a smoothed curve', () => {
  it('is the values themselves for a weight of 0, and a constant stays constant', () => {
    const values = Float64Array.of(5, 5, 5);
    expect(smoothed(values, 0)).toBe(values);
    for (const value of smoothed(values, 0.9)) expect(value).toBeCloseTo(5, 12);
  });

  it('follows a step more slowly the greater the weight', () => {
    const values = Float64Array.of(0, 0, 0, 1);
    const [light, strong] = [0.5, 0.9].map((weight) => smoothed(values, weight)[3] as number);
    expect(strong).toBeLessThan(light as number);
  });
});
