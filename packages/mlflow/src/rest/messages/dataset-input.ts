import type { DatasetInput } from '@tidemark/core';
import { z } from 'zod';
import { fromKeyValueMessages, KeyValueMessage, toKeyValueMessages } from './key-value.ts';
import { ofRun, type RunIdRequest } from './run-id-request.ts';
import { int64OrZero, list, requiredText, text, textOrEmpty } from './wire-fields.ts';

/** A dataset (MLflow: service.proto, `Dataset`); `source`, `schema` and `profile` are JSON in text. */
export interface DatasetMessage {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema?: string | undefined;
  readonly profile?: string | undefined;
}

/** A dataset with tags that say what the run used it for. */
export interface DatasetInputMessage {
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly dataset: DatasetMessage;
}

/** Schema of DatasetInputMessage, of a request or of an answer. */
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

/** Schema of ModelInputMessage. */
export const ModelInputMessage: z.ZodType<ModelInputMessage> = z.object({ model_id: requiredText });

/** A logged model that a run produced, and the step. */
export interface ModelOutputMessage {
  readonly model_id: string;
  readonly step: number;
}

/** Schema of ModelOutputMessage. */
export const ModelOutputMessage: z.ZodType<ModelOutputMessage> = z.object({
  model_id: requiredText,
  step: int64OrZero,
});

/** Request of `runs/log-inputs`. */
export interface LogInputsRequest extends RunIdRequest {
  readonly datasets?: readonly DatasetInputMessage[] | undefined;
  readonly models?: readonly ModelInputMessage[] | undefined;
}

/** Schema of LogInputsRequest. */
export const LogInputsRequest: z.ZodType<LogInputsRequest> = ofRun({
  datasets: list(DatasetInputMessage),
  models: list(ModelInputMessage),
});

/** Request of `runs/outputs`. */
export interface LogOutputsRequest extends RunIdRequest {
  readonly models: readonly ModelOutputMessage[];
}

/** Schema of LogOutputsRequest. */
export const LogOutputsRequest: z.ZodType<LogOutputsRequest> = ofRun({
  models: list(ModelOutputMessage),
});

/** Request of `experiments/search-datasets`. */
export interface SearchDatasetsRequest {
  readonly experiment_ids: readonly string[];
}

/** Schema of SearchDatasetsRequest. */
export const SearchDatasetsRequest: z.ZodType<SearchDatasetsRequest> = z.object({
  experiment_ids: list(z.string()),
});

/** One row of the response of `experiments/search-datasets`. */
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

/** The dataset input of a message. MLflow sends an empty text for an absent schema or profile. */
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
