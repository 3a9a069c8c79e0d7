import { type MetricPoint, parseLoggedModelId } from '@tidemark/core';
import { z } from 'zod';
import { type Page, type PageRequest, pageOf, pageRequest } from './page.ts';
import { ofRun, type RunIdRequest } from './run-id-request.ts';
import {
  doubleToWire,
  int64,
  int64OrZero,
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
  /** Only in responses about several runs. */
  readonly run_id?: string | undefined;
}

/** A metric as JSON. A value that is not finite is text. */
export type MetricJson = Omit<MetricMessage, 'value'> & { readonly value: number | string };

const point = {
  key: requiredText,
  value: requiredDouble,
  timestamp: requiredInt64,
  step: int64OrZero,
  dataset_name: text,
  dataset_digest: text,
  model_id: text,
};

/** Schema of MetricMessage, of a request or of an answer. */
export const MetricMessage: z.ZodType<MetricMessage> = z.object({ ...point, run_id: text });

/** A page of a metric's history. */
export type MetricHistoryResponse = Page<'metrics', MetricMessage>;

/** Schema of MetricHistoryResponse. */
export const MetricHistoryResponse: z.ZodType<MetricHistoryResponse> = pageOf(
  'metrics',
  MetricMessage,
);

/** Request of `metrics/get-history`. */
export interface GetMetricHistoryRequest extends RunIdRequest, PageRequest {
  readonly metric_key: string;
}

/** Schema of GetMetricHistoryRequest. */
export const GetMetricHistoryRequest: z.ZodType<GetMetricHistoryRequest> = ofRun({
  metric_key: requiredText,
  ...pageRequest,
});

/** Request of `metrics/get-history-bulk`: one metric of many runs. */
export interface GetMetricHistoryBulkRequest {
  readonly run_id: readonly string[];
  readonly metric_key: string;
  readonly max_results?: number | undefined;
}

/** Schema of GetMetricHistoryBulkRequest. */
export const GetMetricHistoryBulkRequest: z.ZodType<GetMetricHistoryBulkRequest> = z.object({
  run_id: list(z.string()),
  metric_key: requiredText,
  max_results: int64,
});

/** Request of `metrics/get-history-bulk-interval`: a sample of one metric of many runs. */
export interface GetMetricHistoryBulkIntervalRequest {
  readonly run_ids: readonly string[];
  readonly metric_key: string;
  readonly start_step?: number | undefined;
  readonly end_step?: number | undefined;
  readonly max_results?: number | undefined;
}

/** Schema of GetMetricHistoryBulkIntervalRequest. */
export const GetMetricHistoryBulkIntervalRequest: z.ZodType<GetMetricHistoryBulkIntervalRequest> =
  z.object({
    run_ids: list(z.string()),
    metric_key: requiredText,
    start_step: int64,
    end_step: int64,
    max_results: int64,
  });

/** Request of `runs/log-metric`. */
export interface LogMetricRequest extends Omit<MetricMessage, 'run_id'>, RunIdRequest {}

/** Schema of LogMetricRequest. */
export const LogMetricRequest: z.ZodType<LogMetricRequest> = ofRun(point);

/** A point as JSON. Pass `runId` only for responses about several runs. */
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

/** Returns the point of a message. @throws INVALID_ID for a model id of the wrong form */
export function fromMetricMessage(message: MetricMessage): MetricPoint {
  return {
    key: message.key,
    value: message.value,
    timestampMs: message.timestamp,
    step: message.step,
    // MLflow sends an empty text for an absent field.
    ...(message.dataset_name ? { datasetName: message.dataset_name } : {}),
    ...(message.dataset_digest ? { datasetDigest: message.dataset_digest } : {}),
    ...(message.model_id ? { modelId: parseLoggedModelId(message.model_id) } : {}),
  };
}
