import { z } from 'zod';
import { KeyValueMessage } from './key-value.ts';
import { EvidenceMessage } from './review-fields.ts';
import {
  flagOrFalse,
  list,
  optional,
  requiredText,
  text,
  textOrEmpty,
  versionText,
} from './wire-fields.ts';

const version = { name: requiredText, version: versionText };

/** Request of `model-versions/create`. */
export interface CreateModelVersionRequest {
  readonly name: string;
  readonly source: string;
  readonly run_id?: string | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  readonly run_link?: string | undefined;
  readonly description?: string | undefined;
  readonly model_id?: string | undefined;
}

/** Schema of CreateModelVersionRequest. */
export const CreateModelVersionRequest: z.ZodType<CreateModelVersionRequest> = z.object({
  name: requiredText,
  source: requiredText,
  run_id: text,
  tags: list(KeyValueMessage),
  run_link: text,
  description: text,
  model_id: text,
});

/** A request with only the name and number of a version: get, delete, get-download-uri. */
export interface ModelVersionRequest {
  readonly name: string;
  readonly version: string;
}

/** Schema of ModelVersionRequest. */
export const ModelVersionRequest: z.ZodType<ModelVersionRequest> = z.object(version);

/** Request of `model-versions/update`. */
export interface UpdateModelVersionRequest extends ModelVersionRequest {
  readonly description?: string | undefined;
}

/** Schema of UpdateModelVersionRequest. */
export const UpdateModelVersionRequest: z.ZodType<UpdateModelVersionRequest> = z.object({
  ...version,
  description: text,
});

/** Request of `model-versions/transition-stage`. */
export interface TransitionModelVersionStageRequest extends ModelVersionRequest {
  readonly stage: string;
  readonly archive_existing_versions: boolean;
  /** From Databricks; recorded with the transition. */
  readonly comment?: string | undefined;
}

/** Schema of TransitionModelVersionStageRequest. */
export const TransitionModelVersionStageRequest: z.ZodType<TransitionModelVersionStageRequest> =
  z.object({
    ...version,
    stage: requiredText,
    archive_existing_versions: flagOrFalse,
    comment: text,
  });

/** Request of `model-versions/set-tag`. */
export interface SetModelVersionTagRequest extends ModelVersionRequest, KeyValueMessage {
  readonly tidemark?: EvidenceMessage | undefined;
}

/** Schema of SetModelVersionTagRequest. */
export const SetModelVersionTagRequest: z.ZodType<SetModelVersionTagRequest> = z.object({
  ...version,
  key: requiredText,
  value: textOrEmpty,
  tidemark: optional(EvidenceMessage),
});

/** Request of `model-versions/delete-tag`. */
export interface DeleteModelVersionTagRequest extends ModelVersionRequest {
  readonly key: string;
}

/** Schema of DeleteModelVersionTagRequest. */
export const DeleteModelVersionTagRequest: z.ZodType<DeleteModelVersionTagRequest> = z.object({
  ...version,
  key: requiredText,
});
