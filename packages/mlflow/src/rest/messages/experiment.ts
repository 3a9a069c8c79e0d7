import { type Experiment, type LifecycleStage, parseExperimentId } from '@tidemark/core';
import { z } from 'zod';
import { fromKeyValueMessages, KeyValueMessage, toKeyValueMessages } from './key-value.ts';
import { type Page, pageOf, type SearchRequest, searchRequest } from './page.ts';
import { enumeration, int64, list, requiredText, text, textOrEmpty } from './wire-fields.ts';

/** MLflow's `ViewType`: live, deleted or both. */
export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

/** Schema of ViewType; absent or unknown is live only. */
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

/** Schema of ExperimentMessage. */
export const ExperimentMessage: z.ZodType<ExperimentMessage> = z.object({
  experiment_id: requiredText,
  name: textOrEmpty,
  artifact_location: text,
  lifecycle_stage: text,
  last_update_time: int64,
  creation_time: int64,
  tags: list(KeyValueMessage),
});

/** Request of `experiments/create`. */
export interface CreateExperimentRequest {
  readonly name: string;
  readonly artifact_location?: string | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
}

/** Schema of CreateExperimentRequest. */
export const CreateExperimentRequest: z.ZodType<CreateExperimentRequest> = z.object({
  name: requiredText,
  artifact_location: text,
  tags: list(KeyValueMessage),
});

/** A request or response with only the id of an experiment: create, get, delete, restore. */
export interface ExperimentIdMessage {
  readonly experiment_id: string;
}

/** Schema of ExperimentIdMessage. */
export const ExperimentIdMessage: z.ZodType<ExperimentIdMessage> = z.object({
  experiment_id: requiredText,
});

/** Request of `experiments/get-by-name`. */
export interface GetExperimentByNameRequest {
  readonly experiment_name: string;
}

/** Schema of GetExperimentByNameRequest. */
export const GetExperimentByNameRequest: z.ZodType<GetExperimentByNameRequest> = z.object({
  experiment_name: requiredText,
});

/** Response of `experiments/get` and `get-by-name`. */
export interface ExperimentResponse {
  readonly experiment: ExperimentMessage;
}

/** Schema of ExperimentResponse. */
export const ExperimentResponse: z.ZodType<ExperimentResponse> = z.object({
  experiment: ExperimentMessage,
});

/** Request of `experiments/update`. */
export interface UpdateExperimentRequest extends ExperimentIdMessage {
  readonly new_name?: string | undefined;
}

/** Schema of UpdateExperimentRequest. */
export const UpdateExperimentRequest: z.ZodType<UpdateExperimentRequest> = z.object({
  experiment_id: requiredText,
  new_name: text,
});

/** Request of `experiments/search`. MLflow refuses it without `max_results`. */
export interface SearchExperimentsRequest extends SearchRequest {
  readonly view_type?: ViewType | undefined;
}

/** Schema of SearchExperimentsRequest. */
export const SearchExperimentsRequest: z.ZodType<SearchExperimentsRequest> = z.object({
  ...searchRequest,
  view_type: ViewType,
});

/** A page of experiments. */
export type SearchExperimentsResponse = Page<'experiments', ExperimentMessage>;

/** Schema of SearchExperimentsResponse. */
export const SearchExperimentsResponse: z.ZodType<SearchExperimentsResponse> = pageOf(
  'experiments',
  ExperimentMessage,
);

/** Request of `experiments/set-experiment-tag`. */
export interface SetExperimentTagRequest extends ExperimentIdMessage, KeyValueMessage {}

/** Schema of SetExperimentTagRequest. */
export const SetExperimentTagRequest: z.ZodType<SetExperimentTagRequest> = z.object({
  experiment_id: requiredText,
  key: requiredText,
  value: textOrEmpty,
});

/** Request of `experiments/delete-experiment-tag`. */
export interface DeleteExperimentTagRequest extends ExperimentIdMessage {
  readonly key: string;
}

/** Schema of DeleteExperimentTagRequest. */
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

/** Returns the experiment of a message. @throws INVALID_ID */
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

/** MLflow has the same lifecycle stages. An absent one means active. */
export function fromStage(stage: string | undefined): LifecycleStage {
  return stage === 'deleted' ? 'deleted' : 'active';
}
