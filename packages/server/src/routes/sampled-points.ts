import type { MetricColumns, MetricPoint } from '@tidemark/core';

/** The steps of a sample, and how many points it has at most. */
export interface SampleOptions {
  readonly count: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

/**
 * Samples one history by step and time. It returns all points of the steps when there are at most `count`, otherwise `count`
 * points at even distances, including the first and the last. If `count` is 1 it is the first point. Only the sampled points
 * become objects.
 */
export function sampledPoints(
  history: MetricColumns,
  { count, firstStep, lastStep }: SampleOptions,
): MetricPoint[] {
  const places = placesByStep(history.steps, firstStep, lastStep);
  const sampled = Math.min(count, places.length);
  const distance = sampled < 2 ? 0 : (places.length - 1) / (sampled - 1);
  return Array.from({ length: sampled }, (_, index) =>
    pointAt(history, places[Math.round(index * distance)] as number),
  );
}

/** Returns the places of points of these steps, by step. Points of one step keep their order, which is by time. */
function placesByStep(steps: Float64Array, firstStep: number, lastStep: number): Uint32Array {
  const places = new Uint32Array(steps.length);
  let count = 0;
  let isSorted = true;
  let before = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < steps.length; place += 1) {
    const step = steps[place] as number;
    if (step < firstStep || step > lastStep) continue;
    places[count] = place;
    count += 1;
    isSorted &&= step >= before;
    before = step;
  }
  const found = places.subarray(0, count);
  return isSorted
    ? found
    : found.sort((a, b) => (steps[a] as number) - (steps[b] as number) || a - b);
}

function pointAt(
  { key, steps, timesMs, values, subjects }: MetricColumns,
  place: number,
): MetricPoint {
  const point: MetricPoint = {
    key,
    value: values[place] as number,
    timestampMs: timesMs[place] as number,
    step: steps[place] as number,
  };
  const subject = subjects?.[place];
  return subject === undefined ? point : { ...point, ...subject };
}
