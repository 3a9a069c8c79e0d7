import type { LoggedModelId, MetricPoint, Run } from '@tidemark/core';
import { shown } from '../shown.ts';

/** A metric for a rule: one finite number, nothing, or why it cannot be used. */
export type MetricReading =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * The value that a run has for a metric of a model: its latest point, which the digest of the run's state covers.
 * That digest does not cover the history. So the history can only make the value unusable, if it shows that the
 * latest point is ambiguous.
 */
export function readMetric(
  run: Run,
  history: readonly MetricPoint[],
  key: string,
  modelId: LoggedModelId | undefined,
): MetricReading {
  const latest = Object.hasOwn(run.metrics, key) ? run.metrics[key] : undefined;
  if (latest === undefined) {
    return { kind: 'missing', reason: `run ${run.runId} did not log it` };
  }
  const { value } = latest;
  if (!Number.isFinite(value)) return { kind: 'unusable', reason: `it is ${value}` };
  if (latest.modelId !== undefined && latest.modelId !== modelId) {
    return {
      kind: 'unusable',
      reason: `its latest value was logged for another model, ${shown(latest.modelId)}`,
    };
  }
  const rivals = history.filter(
    (point) =>
      point.step === latest.step &&
      point.timestampMs === latest.timestampMs &&
      point.value !== latest.value,
  );
  if (rivals.length > 0) {
    const values = [...rivals.map((point) => String(point.value)), String(value)].join(', ');
    return {
      kind: 'unusable',
      reason: `it is ambiguous: the values ${values} were logged for the same step and time`,
    };
  }
  const datasets = new Set(history.map(datasetOf));
  if (datasets.size > 1) {
    return {
      kind: 'unusable',
      reason: `it is ambiguous: it was logged for ${datasets.size} datasets (${[...datasets].slice(0, 3).join(', ')}); give each its own metric`,
    };
  }
  return { kind: 'value', value };
}

function datasetOf(point: MetricPoint): string {
  const { datasetName: name, datasetDigest: digest } = point;
  return name === undefined && digest === undefined
    ? 'none'
    : `${shown(name ?? '')} ${digest ?? ''}`.trim();
}
