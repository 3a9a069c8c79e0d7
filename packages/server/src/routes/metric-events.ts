import {
  type MetricPoint,
  planMetricSeries,
  planMetrics,
  type RunId,
  type StoreEvent,
} from '@tidemark/core';

/**
 * Converts the points of a batch to as few events as possible: one event for each metric, or one for each step and
 * time, whichever is fewer. A batch of 1000 points of one curve becomes one line of the log instead of a thousand.
 * @throws INVALID_KEY, INVALID_ARGUMENT
 */
export function metricEvents(runId: RunId, points: readonly MetricPoint[]): StoreEvent[] {
  if (points.length === 1) return byMoment(runId, points);
  const moments = new Set<string>();
  const curves = new Set<string>();
  for (const point of points) {
    moments.add(momentOf(point));
    curves.add(curveOf(point));
  }
  return curves.size < moments.size ? byCurve(runId, points) : byMoment(runId, points);
}

function byMoment(runId: RunId, points: readonly MetricPoint[]): StoreEvent[] {
  const groups = new Map<string, { first: MetricPoint; values: Map<string, number> }[]>();
  for (const point of points) {
    const name = momentOf(point);
    const rounds = groups.get(name) ?? [];
    groups.set(name, rounds);
    // An event has one value for each key. A second value of a key goes into a second event.
    let round = rounds.find(({ values }) => !values.has(point.key));
    if (round === undefined) {
      round = { first: point, values: new Map() };
      rounds.push(round);
    }
    round.values.set(point.key, point.value);
  }
  return [...groups.values()].flat().map(({ first, values }) =>
    planMetrics(runId, Object.fromEntries(values), {
      step: first.step,
      timestampMs: first.timestampMs,
      ...subjectOf(first),
    }),
  );
}

function byCurve(runId: RunId, points: readonly MetricPoint[]): StoreEvent[] {
  const curves = new Map<string, MetricPoint[]>();
  for (const point of points) {
    const curve = curves.get(curveOf(point)) ?? [];
    curves.set(curveOf(point), curve);
    curve.push(point);
  }
  return [...curves.values()].flatMap((curve) => {
    const [first] = curve as [MetricPoint];
    const series = {
      values: curve.map(({ value }) => value),
      steps: curve.map(({ step }) => step),
      timestampsMs: curve.map(({ timestampMs }) => timestampMs),
    };
    return planMetricSeries(runId, first.key, series, subjectOf(first));
  });
}

function subjectOf({ datasetName, datasetDigest, modelId }: MetricPoint): {
  dataset?: { name: string; digest: string };
  modelId?: NonNullable<MetricPoint['modelId']>;
} {
  return {
    ...(datasetName === undefined || datasetDigest === undefined
      ? {}
      : { dataset: { name: datasetName, digest: datasetDigest } }),
    ...(modelId === undefined ? {} : { modelId }),
  };
}

function momentOf({ timestampMs, step, ...point }: MetricPoint): string {
  return `${timestampMs} ${step} ${subjectKey(point)}`;
}

function curveOf(point: MetricPoint): string {
  return `${point.key}\n${subjectKey(point)}`;
}

function subjectKey(point: Partial<MetricPoint>): string {
  return `${point.modelId ?? ''}\n${point.datasetName ?? ''}\n${point.datasetDigest ?? ''}`;
}
