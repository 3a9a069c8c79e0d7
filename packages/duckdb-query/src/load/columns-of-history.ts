import type { MetricColumns, MetricPoint, PointSubject, RunId } from '@tidemark/core';

/** Puts a history into columns, for stores that have none. */
export function columnsOfHistory(
  runId: RunId,
  key: string,
  history: readonly MetricPoint[],
): MetricColumns {
  const subjects: PointSubject[] = [];
  history.forEach(({ datasetName, datasetDigest, modelId }, place) => {
    if (datasetName === undefined && modelId === undefined) return;
    subjects[place] = {
      ...(datasetName === undefined ? {} : { datasetName }),
      ...(datasetDigest === undefined ? {} : { datasetDigest }),
      ...(modelId === undefined ? {} : { modelId }),
    };
  });
  return {
    runId,
    key,
    steps: Float64Array.from(history, ({ step }) => step),
    timesMs: Float64Array.from(history, ({ timestampMs }) => timestampMs),
    values: Float64Array.from(history, ({ value }) => value),
    subjects: subjects.length === 0 ? undefined : subjects,
  };
}
