import { z } from 'zod';
import { int64, list, requiredInt64, requiredText, text } from './wire-fields.ts';

/** The path of the route for frames of buckets. */
export const METRIC_BUCKETS_PATH = '/api/tidemark/metric-buckets';
/** The most runs of one request. */
export const GREATEST_BUCKET_RUNS = 100;

/** Request of `metric-buckets`: one metric of many runs. */
export interface GetMetricBucketsRequest {
  readonly run_ids: readonly string[];
  readonly metric_key: string;
  /** The most buckets of each run. */
  readonly count: number;
  readonly first_step?: number | undefined;
  readonly last_step?: number | undefined;
  /** The cursor of an earlier answer to the same request. Only what changed since is sent. */
  readonly since?: string | undefined;
}

/** Schema of GetMetricBucketsRequest. */
export const GetMetricBucketsRequest: z.ZodType<GetMetricBucketsRequest> = z.object({
  run_ids: list(z.string()),
  metric_key: requiredText,
  count: requiredInt64,
  first_step: int64,
  last_step: int64,
  since: text,
});
