import type { MetricPoint } from '../model/metric.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Run } from '../model/run.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { sha256Hex } from './sha256.ts';

/**
 * Returns the SHA-256 of a run's folded state, 64 hexadecimal digits: of the canonical JSON of the fields listed here
 * under the name `run-state-v1`. The list is part of the format. A field that is added to `Run` later belongs to a
 * `run-state-v2`, so that old digests can still be checked in ten years.
 */
export function runStateDigest(run: Run): string {
  assertArguments({ run }, 'runStateDigest', { run: 'object' });
  assertArguments(run, 'runStateDigest', {
    runId: 'string',
    params: 'object',
    tags: 'object',
    metrics: 'object',
    paramConflicts: 'array',
    datasets: 'array',
  });
  const state: Json = {
    format: 'run-state-v1',
    runId: run.runId,
    experimentId: run.experimentId,
    name: run.name,
    status: run.status,
    lifecycleStage: run.lifecycleStage,
    startTimeMs: run.startTimeMs,
    endTimeMs: run.endTimeMs,
    userId: run.userId,
    params: run.params,
    paramConflicts: run.paramConflicts.map(({ key, value, rejected }) => ({
      key,
      value,
      rejected,
    })),
    tags: run.tags,
    metrics: Object.fromEntries(
      Object.entries(run.metrics).map(([key, point]) => [key, metricState(point)]),
    ),
    datasets: run.datasets.map(({ dataset, tags }) => ({
      name: dataset.name,
      digest: dataset.digest,
      sourceType: dataset.sourceType,
      source: dataset.source,
      schema: dataset.schema,
      profile: dataset.profile,
      tags,
    })),
    modelInputs: run.modelInputs,
    modelOutputs: run.modelOutputs.map(({ modelId, step }) => ({ modelId, step })),
    artifacts: run.artifacts.map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
  };
  return sha256Hex(canonicalJson(state));
}

function metricState(point: MetricPoint): Json {
  return {
    value: Number.isFinite(point.value) ? point.value : String(point.value),
    timestampMs: point.timestampMs,
    step: point.step,
    datasetName: point.datasetName,
    datasetDigest: point.datasetDigest,
    modelId: point.modelId,
  };
}
