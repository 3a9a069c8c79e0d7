import { z } from 'zod';
import { KeyValueMessage } from './key-value.ts';
import { LoggedModelStatusField, type LoggedModelStatusName } from './logged-model.ts';
import { type PageRequest, pageRequest } from './page.ts';
import { flag, list, requiredText, text } from './wire-fields.ts';

/** Request of `POST logged-models`. */
export interface CreateLoggedModelRequest {
  readonly experiment_id: string;
  readonly name?: string | undefined;
  readonly model_type?: string | undefined;
  readonly source_run_id?: string | undefined;
  readonly params?: readonly KeyValueMessage[] | undefined;
  readonly tags?: readonly KeyValueMessage[] | undefined;
  /** Only in Tidemark: the id of the copied model. MLflow ignores it and creates an id. */
  readonly tidemark_model_id?: string | undefined;
}

/** Schema of CreateLoggedModelRequest. */
export const CreateLoggedModelRequest: z.ZodType<CreateLoggedModelRequest> = z.object({
  experiment_id: requiredText,
  name: text,
  model_type: text,
  source_run_id: text,
  params: list(KeyValueMessage),
  tags: list(KeyValueMessage),
  tidemark_model_id: text,
});

/** Request of `PATCH logged-models/{model_id}`, in addition to the id in its path. */
export interface FinalizeLoggedModelRequest {
  readonly model_id: string;
  readonly status?: LoggedModelStatusName | undefined;
}

/** Schema of FinalizeLoggedModelRequest; the server adds the id of the path. */
export const FinalizeLoggedModelRequest: z.ZodType<FinalizeLoggedModelRequest> = z.object({
  model_id: requiredText,
  status: LoggedModelStatusField,
});

/** Request of `GET` and `DELETE logged-models/{model_id}`. */
export interface LoggedModelIdRequest {
  readonly model_id: string;
  readonly allow_deleted?: boolean | undefined;
}

/** Schema of LoggedModelIdRequest. */
export const LoggedModelIdRequest: z.ZodType<LoggedModelIdRequest> = z.object({
  model_id: requiredText,
  allow_deleted: flag,
});

/** Request of `PATCH logged-models/{model_id}/tags`. */
export interface SetLoggedModelTagsRequest {
  readonly model_id: string;
  readonly tags: readonly KeyValueMessage[];
}

/** Schema of SetLoggedModelTagsRequest. */
export const SetLoggedModelTagsRequest: z.ZodType<SetLoggedModelTagsRequest> = z.object({
  model_id: requiredText,
  tags: list(KeyValueMessage),
});

/** Request of `DELETE logged-models/{model_id}/tags/{tag_key}`. */
export interface DeleteLoggedModelTagRequest {
  readonly model_id: string;
  readonly tag_key: string;
}

/** Schema of DeleteLoggedModelTagRequest. */
export const DeleteLoggedModelTagRequest: z.ZodType<DeleteLoggedModelTagRequest> = z.object({
  model_id: requiredText,
  tag_key: requiredText,
});

/** Request of `POST logged-models/{model_id}/params`. */
export interface LogLoggedModelParamsRequest {
  readonly model_id: string;
  readonly params: readonly KeyValueMessage[];
}

/** Schema of LogLoggedModelParamsRequest. */
export const LogLoggedModelParamsRequest: z.ZodType<LogLoggedModelParamsRequest> = z.object({
  model_id: requiredText,
  params: list(KeyValueMessage),
});

/** Request of `GET logged-models/{model_id}/artifacts/directories`. */
export interface ListLoggedModelArtifactsRequest {
  readonly model_id: string;
  readonly artifact_directory_path?: string | undefined;
  readonly page_token?: string | undefined;
}

/** Schema of ListLoggedModelArtifactsRequest. */
export const ListLoggedModelArtifactsRequest: z.ZodType<ListLoggedModelArtifactsRequest> = z.object(
  { model_id: requiredText, artifact_directory_path: text, page_token: text },
);

/** A dataset that restricts the metrics in a search of logged models. */
export interface SearchDatasetMessage {
  readonly dataset_name: string;
  readonly dataset_digest?: string | undefined;
}

/** One field of the order of a search of logged models. */
export interface SearchOrderByMessage {
  readonly field_name: string;
  /** Ascending when absent. */
  readonly ascending?: boolean | undefined;
  readonly dataset_name?: string | undefined;
  readonly dataset_digest?: string | undefined;
}

/** Request of `logged-models/search`. */
export interface SearchLoggedModelsRequest extends PageRequest {
  readonly experiment_ids?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  readonly datasets?: readonly SearchDatasetMessage[] | undefined;
  readonly order_by?: readonly SearchOrderByMessage[] | undefined;
}

/** Schema of SearchLoggedModelsRequest. */
export const SearchLoggedModelsRequest: z.ZodType<SearchLoggedModelsRequest> = z.object({
  experiment_ids: list(z.string()),
  filter: text,
  datasets: list(z.object({ dataset_name: requiredText, dataset_digest: text })),
  order_by: list(
    z.object({
      field_name: requiredText,
      ascending: flag,
      dataset_name: text,
      dataset_digest: text,
    }),
  ),
  ...pageRequest,
});
