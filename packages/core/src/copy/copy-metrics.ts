import type { StoreEvent } from '../events/store-event.ts';
import type { RunId } from '../model/ids.ts';
import { comparePoints, type LoggedModelPoint, type MetricPoint } from '../model/metric.ts';
import { appendTaking } from './append-taking.ts';
import type { CopyContext } from './copy-context.ts';

/** The most points of one event, so that a history of millions is never one write. */
const POINTS_AT_ONCE = 10_000;

/** Writes the points of one metric that the target's run lacks, and returns their number. */
export async function copyMetric(
  context: CopyContext,
  place: string,
  key: string,
  runs: { readonly source: RunId; readonly target: RunId; readonly isNew: boolean },
): Promise<number> {
  const { from, to, models, modelPoints } = context;
  const ofModels = (modelPoints.get(runs.source) ?? []).filter((point) => point.key === key);
  const points = withModels(await from.metricHistory(runs.source, key), ofModels).map((point) =>
    point.modelId === undefined
      ? point
      : { ...point, modelId: models.get(point.modelId) ?? point.modelId },
  );
  const known = runs.isNew ? [] : await to.metricHistory(runs.target, key);
  const lacking = withoutKnown(points, known);
  let refused = 0;
  for (const event of seriesOf(runs.target, key, lacking)) {
    const taken = await appendTaking(context, place, [event]);
    if (taken.length === 0 && event.kind === 'metric-series') refused += event.values.length;
  }
  return lacking.length - refused;
}

/** Returns the points. A point that logged models have is repeated for each of them, with its dataset. */
function withModels(
  points: readonly MetricPoint[],
  ofModels: readonly LoggedModelPoint[],
): readonly MetricPoint[] {
  if (ofModels.length === 0) return points;
  const told = new Map<string, MetricPoint[]>();
  for (const { runId: _, ...point } of ofModels) {
    const at = placeOf(point);
    told.set(at, [...(told.get(at) ?? []), point]);
  }
  return points.flatMap((point) =>
    point.modelId === undefined
      ? (told.get(placeOf(point))?.map((ofModel) => ({ ...ofModel, value: point.value })) ?? [
          point,
        ])
      : [point],
  );
}

/** Returns the key of a point. MLflow stores a NaN of a logged model as 0, and a template writes -0 as 0. */
function placeOf({ step, timestampMs, value }: MetricPoint): string {
  return `${step} ${timestampMs} ${Number.isNaN(value) ? 0 : value}`;
}

function withoutKnown(
  points: readonly MetricPoint[],
  known: readonly MetricPoint[],
): readonly MetricPoint[] {
  if (known.length === 0) return points;
  const sorted = known.toSorted(comparePoints);
  let at = 0;
  return points.toSorted(comparePoints).filter((point) => {
    for (; at < sorted.length; at += 1) {
      const order = comparePoints(sorted[at] as MetricPoint, point);
      if (order === 0) return false;
      if (order > 0) return true;
    }
    return true;
  });
}

/** Yields the points as events, one for each sequence of points about the same dataset and model. */
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
