import { type Experiment, type LifecycleStage, parseExperimentId } from '@tidemark/core';
import { z } from 'zod';
import { fromKeyValueMessages, KeyValueMessage, toKeyValueMessages } from './key-value.ts';
import { enumeration, int64, list, requiredText, text, textOrEmpty } from './wire-fields.ts';

/** MLflow's `ViewType`: live, deleted or both. */
export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

/** Reads a view type; absent or unknown is live only. */
export const ViewType: z.ZodType<ViewType> = enumeration(
  ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'],
  1,
).transform((view) => view ?? 'ACTIVE_ONLY');

/** An experiment (MLflow: service.proto, `Experiment`). Times are in milliseconds since 1970. */
export interface ExperimentMessage {
  readonly experiment_id: string;
  readonly name: string;
  readonly artifact_location?: string | undefined;
  readonly lifecycle_stage?: string | undefined;
  readonly last_update_time?: number | undefined;
  readonly creation_time?: number | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
}

/** Reads an experiment of an answer. */
export const ExperimentMessage: z.ZodType<ExperimentMessage> = z.object({
  experiment_id: requiredText,
  name: textOrEmpty,
  artifact_location: text,
  lifecycle_stage: text,
  last_update_time: int64,
  creation_time: int64,
  tags: list(KeyValueMessage),
});

/** What `experiments/create` carries. */
export interface CreateExperimentRequest {
  readonly name: string;
  readonly artifact_location?: string | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
}

/** Reads a request of `experiments/create`. */
export const CreateExperimentRequest: z.ZodType<CreateExperimentRequest> = z.object({
  name: requiredText,
  artifact_location: text,
  tags: list(KeyValueMessage),
});

/** An answer or a request that names an experiment and nothing else: create, get, delete, restore. */
export interface ExperimentIdMessage {
  readonly experiment_id: string;
}

/** Reads it. */
export const ExperimentIdMessage: z.ZodType<ExperimentIdMessage> = z.object({
  experiment_id: requiredText,
});

/** What `experiments/get-by-name` asks for. */
export interface GetExperimentByNameRequest {
  readonly experiment_name: string;
}

/** Reads a request of `experiments/get-by-name`. */
export const GetExperimentByNameRequest: z.ZodType<GetExperimentByNameRequest> = z.object({
  experiment_name: requiredText,
});

/** What `experiments/get` and `get-by-name` answer. */
export interface ExperimentResponse {
  readonly experiment: ExperimentMessage;
}

/** Reads an answer of `experiments/get`. */
export const ExperimentResponse: z.ZodType<ExperimentResponse> = z.object({
  experiment: ExperimentMessage,
});

/** What `experiments/update` carries. */
export interface UpdateExperimentRequest extends ExperimentIdMessage {
  readonly new_name?: string | undefined;
}

/** Reads a request of `experiments/update`. */
export const UpdateExperimentRequest: z.ZodType<UpdateExperimentRequest> = z.object({
  experiment_id: requiredText,
  new_name: text,
});

/** What `experiments/search` asks for. MLflow refuses it without `max_results`. */
export interface SearchExperimentsRequest {
  readonly max_results?: number | undefined;
  readonly page_token?: string | undefined;
  readonly filter?: string | undefined;
  readonly order_by?: readonly string[] | undefined;
  readonly view_type?: ViewType | undefined;
}

/** Reads a request of `experiments/search`. */
export const SearchExperimentsRequest: z.ZodType<SearchExperimentsRequest> = z.object({
  max_results: int64,
  page_token: text,
  filter: text,
  order_by: list(z.string()),
  view_type: ViewType,
});

/** A page of experiments. */
export interface SearchExperimentsResponse {
  readonly experiments: readonly ExperimentMessage[];
  readonly next_page_token?: string | undefined;
}

/** Reads an answer of `experiments/search`. */
export const SearchExperimentsResponse: z.ZodType<SearchExperimentsResponse> = z.object({
  experiments: list(ExperimentMessage),
  next_page_token: text,
});

/** What `experiments/set-experiment-tag` carries. */
export interface SetExperimentTagRequest extends ExperimentIdMessage, KeyValueMessage {}

/** Reads a request of `experiments/set-experiment-tag`. */
export const SetExperimentTagRequest: z.ZodType<SetExperimentTagRequest> = z.object({
  experiment_id: requiredText,
  key: requiredText,
  value: textOrEmpty,
});

/** What `experiments/delete-experiment-tag` carries. */
export interface DeleteExperimentTagRequest extends ExperimentIdMessage {
  readonly key: string;
}

/** Reads a request of `experiments/delete-experiment-tag`. */
export const DeleteExperimentTagRequest: z.ZodType<DeleteExperimentTagRequest> = z.object({
  experiment_id: requiredText,
  key: requiredText,
});

/** An experiment as JSON. `artifactLocation` is the root of its runs' artifacts, as clients see it. */
export function toExperimentMessage(
  experiment: Experiment,
  artifactLocation: string,
): ExperimentMessage {
  return {
    experiment_id: experiment.experimentId,
    name: experiment.name,
    artifact_location: artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.lastUpdateTimeMs,
    creation_time: experiment.creationTimeMs,
    tags: toKeyValueMessages(experiment.tags),
  };
}

/** @throws INVALID_ID */
export function fromExperimentMessage(message: ExperimentMessage): Experiment {
  return {
    experimentId: parseExperimentId(message.experiment_id),
    name: message.name,
    lifecycleStage: fromStage(message.lifecycle_stage),
    creationTimeMs: message.creation_time ?? 0,
    lastUpdateTimeMs: message.last_update_time ?? message.creation_time ?? 0,
    tags: fromKeyValueMessages(message.tags ?? []),
  };
}

/** MLflow's lifecycle stages are ours; one that is not said is live. */
export function fromStage(stage: string | undefined): LifecycleStage {
  return stage === 'deleted' ? 'deleted' : 'active';
}
