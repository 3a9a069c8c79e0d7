import type { StoreEvent } from '../events/store-event.ts';
import type { RunId } from '../model/ids.ts';
import { compareMetricPoints, type MetricPoint } from '../model/metric.ts';
import type { CopyContext } from './copy-context.ts';

/** Points of one event, so that a history of millions is never one write. */
const POINTS_AT_ONCE = 10_000;

/** Writes the points of one metric that the target's run lacks; says how many those were. */
export async function copyMetric(
  { from, to, models }: CopyContext,
  key: string,
  runs: { readonly source: RunId; readonly target: RunId; readonly isNew: boolean },
): Promise<number> {
  const points = (await from.metricHistory(runs.source, key)).map((point) =>
    point.modelId === undefined
      ? point
      : { ...point, modelId: models.get(point.modelId) ?? point.modelId },
  );
  const known = runs.isNew ? [] : await to.metricHistory(runs.target, key);
  const lacking = withoutKnown(points, known);
  for (const event of seriesOf(runs.target, key, lacking)) await to.append([event]);
  return lacking.length;
}

function withoutKnown(
  points: readonly MetricPoint[],
  known: readonly MetricPoint[],
): readonly MetricPoint[] {
  if (known.length === 0) return points;
  const sorted = known.toSorted(compareMetricPoints);
  let at = 0;
  return points.toSorted(compareMetricPoints).filter((point) => {
    for (; at < sorted.length; at += 1) {
      const order = compareMetricPoints(sorted[at] as MetricPoint, point);
      if (order === 0) return false;
      if (order > 0) return true;
    }
    return true;
  });
}

/** The points as events: one for each run of points that speak of the same dataset and model. */
function* seriesOf(run: RunId, key: string, points: readonly MetricPoint[]): Generator<StoreEvent> {
  const groups = new Map<string, MetricPoint[]>();
  for (const point of points) {
    const about = JSON.stringify([point.datasetName, point.datasetDigest, point.modelId]);
    const group = groups.get(about);
    if (group === undefined) groups.set(about, [point]);
    else group.push(point);
  }
  for (const group of groups.values()) {
    for (let at = 0; at < group.length; at += POINTS_AT_ONCE) {
      const part = group.slice(at, at + POINTS_AT_ONCE);
      const [first] = part as [MetricPoint];
      const timeMs = part.reduce((least, point) => Math.min(least, point.timestampMs), Infinity);
      yield {
        kind: 'metric-series',
        run,
        timeMs,
        key,
        steps: part.map(({ step }) => step),
        elapsedMs: part.map(({ timestampMs }) => timestampMs - timeMs),
        values: part.map(({ value }) => value),
        ...(first.datasetName === undefined || first.datasetDigest === undefined
          ? {}
          : { dataset: { name: first.datasetName, digest: first.datasetDigest } }),
        ...(first.modelId === undefined ? {} : { model: first.modelId }),
      };
    }
  }
}
