import { type MetricPoint, parseLoggedModelId } from '@tidemark/core';
import { z } from 'zod';
import { runIdOrUuid } from './run-id-or-uuid.ts';
import {
  doubleToWire,
  int64,
  list,
  requiredDouble,
  requiredInt64,
  requiredText,
  text,
} from './wire-fields.ts';

/** One point of a metric (MLflow: service.proto, `Metric`). */
export interface MetricMessage {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** 0 when absent. */
  readonly step: number;
  readonly dataset_name?: string | undefined;
  readonly dataset_digest?: string | undefined;
  readonly model_id?: string | undefined;
  /** Only in answers that speak of several runs. */
  readonly run_id?: string | undefined;
}

/** A metric as JSON: a value that is not finite travels as text. */
export type MetricJson = Omit<MetricMessage, 'value'> & { readonly value: number | string };

const fields = {
  key: requiredText,
  value: requiredDouble,
  timestamp: requiredInt64,
  step: int64.transform((step) => step ?? 0),
  dataset_name: text,
  dataset_digest: text,
  model_id: text,
  run_id: text,
};

/** Reads a metric, of a request or of an answer. */
export const MetricMessage: z.ZodType<MetricMessage> = z.object(fields);

/** A page of a metric's history. */
export interface MetricHistoryResponse {
  readonly metrics: readonly MetricMessage[];
  readonly next_page_token?: string | undefined;
}

/** Reads the answer of `metrics/get-history`. */
export const MetricHistoryResponse: z.ZodType<MetricHistoryResponse> = z.object({
  metrics: list(MetricMessage),
  next_page_token: text,
});

/** What `metrics/get-history` asks for. */
export interface GetMetricHistoryRequest {
  readonly run_id: string;
  readonly metric_key: string;
  readonly max_results?: number | undefined;
  readonly page_token?: string | undefined;
}

/** Reads a request of `metrics/get-history`. */
export const GetMetricHistoryRequest: z.ZodType<GetMetricHistoryRequest> = z.preprocess(
  runIdOrUuid,
  z.object({
    run_id: requiredText,
    metric_key: requiredText,
    max_results: int64,
    page_token: text,
  }),
);

/** What `metrics/get-history-bulk` asks for: one metric of many runs. */
export interface GetMetricHistoryBulkRequest {
  readonly run_id: readonly string[];
  readonly metric_key: string;
  readonly max_results?: number | undefined;
}

/** Reads a request of `metrics/get-history-bulk`. */
export const GetMetricHistoryBulkRequest: z.ZodType<GetMetricHistoryBulkRequest> = z.object({
  run_id: list(z.string()),
  metric_key: requiredText,
  max_results: int64,
});

/** What `metrics/get-history-bulk-interval` asks for: a sample of one metric of many runs. */
export interface GetMetricHistoryBulkIntervalRequest {
  readonly run_ids: readonly string[];
  readonly metric_key: string;
  readonly start_step?: number | undefined;
  readonly end_step?: number | undefined;
  readonly max_results?: number | undefined;
}

/** Reads a request of `metrics/get-history-bulk-interval`. */
export const GetMetricHistoryBulkIntervalRequest: z.ZodType<GetMetricHistoryBulkIntervalRequest> =
  z.object({
    run_ids: list(z.string()),
    metric_key: requiredText,
    start_step: int64,
    end_step: int64,
    max_results: int64,
  });

/** What `runs/log-metric` carries. */
export interface LogMetricRequest extends MetricMessage {
  readonly run_id: string;
}

/** Reads a request of `runs/log-metric`. */
export const LogMetricRequest: z.ZodType<LogMetricRequest> = z.preprocess(
  runIdOrUuid,
  z.object({ ...fields, run_id: requiredText }),
);

/** A point as JSON; `runId` is said only where an answer speaks of several runs. */
export function toMetricMessage(point: MetricPoint, runId?: string): MetricJson {
  return {
    key: point.key,
    value: doubleToWire(point.value),
    timestamp: point.timestampMs,
    step: point.step,
    ...(point.datasetName === undefined ? {} : { dataset_name: point.datasetName }),
    ...(point.datasetDigest === undefined ? {} : { dataset_digest: point.datasetDigest }),
    ...(point.modelId === undefined ? {} : { model_id: point.modelId }),
    ...(runId === undefined ? {} : { run_id: runId }),
  };
}

/** @throws INVALID_ID for a model id of the wrong form */
export function fromMetricMessage(message: MetricMessage): MetricPoint {
  return {
    key: message.key,
    value: message.value,
    timestampMs: message.timestamp,
    step: message.step,
    // MLflow sends an empty text for what was not said.
    ...(message.dataset_name ? { datasetName: message.dataset_name } : {}),
    ...(message.dataset_digest ? { datasetDigest: message.dataset_digest } : {}),
    ...(message.model_id ? { modelId: parseLoggedModelId(message.model_id) } : {}),
  };
}
