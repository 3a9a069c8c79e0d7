import type { RunStatus } from '@tidemark/core';
import { z } from 'zod';
import { ViewType } from './experiment.ts';
import { KeyValueMessage } from './key-value.ts';
import { MetricMessage } from './metric.ts';
import { type SearchRequest, searchRequest } from './page.ts';
import { RunStatusField } from './run.ts';
import { ofRun, type RunIdRequest } from './run-id-request.ts';
import { int64, list, requiredText, text, textOrEmpty } from './wire-fields.ts';

/** Request of `runs/create`. */
export interface CreateRunRequest {
  /** `"0"` when absent. */
  readonly experiment_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly run_name?: string | undefined;
  readonly start_time?: number | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  /** Only in Tidemark: the id of the copied run. MLflow ignores it and creates an id. */
  readonly tidemark_run_id?: string | undefined;
}

/** Schema of CreateRunRequest. */
export const CreateRunRequest: z.ZodType<CreateRunRequest> = z.object({
  experiment_id: text,
  user_id: text,
  run_name: text,
  start_time: int64,
  tags: list(KeyValueMessage),
  tidemark_run_id: text,
});

/** Request of `runs/update`. */
export interface UpdateRunRequest extends RunIdRequest {
  readonly status?: RunStatus | undefined;
  readonly end_time?: number | undefined;
  readonly run_name?: string | undefined;
}

/** Schema of UpdateRunRequest. */
export const UpdateRunRequest: z.ZodType<UpdateRunRequest> = ofRun({
  status: RunStatusField,
  end_time: int64,
  run_name: text,
});

/** Request of `runs/log-parameter` and `runs/set-tag`. */
export interface RunKeyValueRequest extends RunIdRequest, KeyValueMessage {}

/** Schema of RunKeyValueRequest. */
export const RunKeyValueRequest: z.ZodType<RunKeyValueRequest> = ofRun({
  key: requiredText,
  value: textOrEmpty,
});

/** Request of `runs/delete-tag`. */
export interface DeleteRunTagRequest extends RunIdRequest {
  readonly key: string;
}

/** Schema of DeleteRunTagRequest. */
export const DeleteRunTagRequest: z.ZodType<DeleteRunTagRequest> = ofRun({ key: requiredText });

/** Request of `runs/log-batch`: at most 1000 metrics, 100 params, 100 tags, and 1000 together. */
export interface LogBatchRequest extends RunIdRequest {
  readonly metrics: readonly MetricMessage[];
  readonly params: readonly KeyValueMessage[];
  readonly tags: readonly KeyValueMessage[];
}

/** Schema of LogBatchRequest; the server enforces the limits. */
export const LogBatchRequest: z.ZodType<LogBatchRequest> = ofRun({
  metrics: list(MetricMessage),
  params: list(KeyValueMessage),
  tags: list(KeyValueMessage),
});

/** Request of `runs/log-model`: an MLmodel file as JSON. */
export interface LogModelRequest extends RunIdRequest {
  readonly model_json: string;
}

/** Schema of LogModelRequest. */
export const LogModelRequest: z.ZodType<LogModelRequest> = ofRun({ model_json: requiredText });

/** Request of `runs/search`. */
export interface SearchRunsRequest extends SearchRequest {
  readonly experiment_ids?: readonly string[] | undefined;
  readonly run_view_type?: ViewType | undefined;
}

/** Schema of SearchRunsRequest. */
export const SearchRunsRequest: z.ZodType<SearchRunsRequest> = z.object({
  experiment_ids: list(z.string()),
  run_view_type: ViewType,
  ...searchRequest,
});
