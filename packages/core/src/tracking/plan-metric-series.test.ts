import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricPoints } from '../fold/metric-points.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { planMetricSeries } from './plan-metric-series.ts';
import { planMetrics } from './plan-metrics.ts';

const run = 'a'.repeat(32) as RunId;
const INVALID = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

describe('a series of one metric', () => {
  it('has the same points as one call for each point', () => {
    const point = fc.record({
      value: fc.oneof(fc.double(), fc.constant(Number.NaN)),
      step: fc.maxSafeInteger(),
      timestampMs: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const series = planMetricSeries(run, 'loss', {
          values: points.map(({ value }) => value),
          steps: points.map(({ step }) => step),
          timestampsMs: points.map(({ timestampMs }) => timestampMs),
        });
        const single = points.map(({ value, ...at }) => planMetrics(run, { loss: value }, at));
        const pointsOf = (events: Parameters<typeof metricPoints>[0][]) =>
          events.flatMap((event) => [...metricPoints(event)]);
        expect(pointsOf(series)).toEqual(pointsOf(single));
      }),
    );
  });

  it('counts its steps from 0, accepts typed arrays, and keeps the dataset and model of the values', () => {
    const dataset = { name: 'birds', digest: 'd1' };
    const modelId = `m-${'b'.repeat(32)}` as LoggedModelId;
    const values = Float32Array.of(0.5, Number.POSITIVE_INFINITY);
    const [event] = planMetricSeries(run, 'loss', { values }, { dataset, modelId });
    expect([...metricPoints(event as never)]).toMatchObject([
      { value: 0.5, step: 0, datasetName: 'birds', datasetDigest: 'd1', modelId },
      { value: Number.POSITIVE_INFINITY, step: 1 },
    ]);
  });

  it('is split into several events when it is long, so that no line is too long', () => {
    const events = planMetricSeries(run, 'loss', { values: new Float64Array(250_000) });
    expect(events.map(({ values }) => values.length)).toEqual([100_000, 100_000, 50_000]);
    expect(events[2]?.steps[0]).toBe(200_000);
  });

  it('is refused if a point is invalid or the lists differ in length', () => {
    const plan = (key: string, series: object) => () =>
      planMetricSeries(run, key, series as { values: number[] });
    expect(plan('a b?', { values: [1] })).toThrow(expect.objectContaining({ code: 'INVALID_KEY' }));
    expect(plan('a', { values: ['1'] })).toThrow(INVALID);
    expect(plan('a', { values: 'text' })).toThrow(INVALID);
    expect(plan('a', { values: [1, 2], steps: [1] })).toThrow(/as many steps as values/);
    expect(plan('a', { values: [1], steps: [0.5] })).toThrow(INVALID);
    expect(plan('a', { values: [1, 2], timestampsMs: [1, -1] })).toThrow(INVALID);
  });
});
