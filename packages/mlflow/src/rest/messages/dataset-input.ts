import type { DatasetInput } from '@tidemark/core';
import { z } from 'zod';
import { fromKeyValueMessages, KeyValueMessage, toKeyValueMessages } from './key-value.ts';
import { runIdOrUuid } from './run-id-or-uuid.ts';
import { int64, list, requiredText, text, textOrEmpty } from './wire-fields.ts';

/** A dataset (MLflow: service.proto, `Dataset`); `source`, `schema` and `profile` are JSON in text. */
export interface DatasetMessage {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema?: string | undefined;
  readonly profile?: string | undefined;
}

/** A dataset with the tags that say what a run read it for. */
export interface DatasetInputMessage {
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly dataset: DatasetMessage;
}

/** Reads a dataset input, of a request or of an answer. */
export const DatasetInputMessage: z.ZodType<DatasetInputMessage> = z.object({
  tags: list(KeyValueMessage),
  dataset: z.object({
    name: requiredText,
    digest: requiredText,
    source_type: textOrEmpty,
    source: textOrEmpty,
    schema: text,
    profile: text,
  }),
});

/** A logged model that a run read. */
export interface ModelInputMessage {
  readonly model_id: string;
}

/** Reads it. */
export const ModelInputMessage: z.ZodType<ModelInputMessage> = z.object({ model_id: requiredText });

/** A logged model that a run made, and at which step. */
export interface ModelOutputMessage {
  readonly model_id: string;
  readonly step: number;
}

/** Reads it. */
export const ModelOutputMessage: z.ZodType<ModelOutputMessage> = z.object({
  model_id: requiredText,
  step: int64.transform((step) => step ?? 0),
});

/** What `runs/log-inputs` carries. */
export interface LogInputsRequest {
  readonly run_id: string;
  readonly datasets?: readonly DatasetInputMessage[] | undefined;
  readonly models?: readonly ModelInputMessage[] | undefined;
}

/** Reads a request of `runs/log-inputs`. */
export const LogInputsRequest: z.ZodType<LogInputsRequest> = z.preprocess(
  runIdOrUuid,
  z.object({
    run_id: requiredText,
    datasets: list(DatasetInputMessage),
    models: list(ModelInputMessage),
  }),
);

/** What `runs/outputs` carries. */
export interface LogOutputsRequest {
  readonly run_id: string;
  readonly models: readonly ModelOutputMessage[];
}

/** Reads a request of `runs/outputs`. */
export const LogOutputsRequest: z.ZodType<LogOutputsRequest> = z.preprocess(
  runIdOrUuid,
  z.object({ run_id: requiredText, models: list(ModelOutputMessage) }),
);

/** What `experiments/search-datasets` asks for. */
export interface SearchDatasetsRequest {
  readonly experiment_ids: readonly string[];
}

/** Reads a request of `experiments/search-datasets`. */
export const SearchDatasetsRequest: z.ZodType<SearchDatasetsRequest> = z.object({
  experiment_ids: list(z.string()),
});

/** One row of what `experiments/search-datasets` answers. */
export interface DatasetSummaryMessage {
  readonly experiment_id: string;
  readonly name: string;
  readonly digest: string;
  readonly context?: string | undefined;
}

/** A dataset input as JSON. */
export function toDatasetInputMessage(input: DatasetInput): DatasetInputMessage {
  const { name, digest, sourceType, source, schema, profile } = input.dataset;
  return {
    tags: toKeyValueMessages(input.tags),
    dataset: {
      name,
      digest,
      source_type: sourceType,
      source,
      ...(schema === undefined ? {} : { schema }),
      ...(profile === undefined ? {} : { profile }),
    },
  };
}

/** The dataset input that a message stands for. MLflow sends an empty text for an absent schema or profile. */
export function fromDatasetInputMessage(message: DatasetInputMessage): DatasetInput {
  const { name, digest, source_type, source, schema, profile } = message.dataset;
  return {
    dataset: {
      name,
      digest,
      sourceType: source_type,
      source,
      ...(schema ? { schema } : {}),
      ...(profile ? { profile } : {}),
    },
    tags: fromKeyValueMessages(message.tags ?? []),
  };
}
