import type { ArtifactEntry, ArtifactFile } from '@tidemark/core';
import { z } from 'zod';
import { ofRun, type RunIdRequest } from './run-id-request.ts';
import { flagOrFalse, int64, list, requiredInt64, requiredText, text } from './wire-fields.ts';

/** One row of a folder listing (MLflow: service.proto, `FileInfo`). Folders have no size. */
export interface FileInfoMessage {
  readonly path: string;
  readonly is_dir: boolean;
  readonly file_size?: number | undefined;
}

/** Schema of FileInfoMessage. */
export const FileInfoMessage: z.ZodType<FileInfoMessage> = z.object({
  path: requiredText,
  is_dir: flagOrFalse,
  file_size: int64,
});

/** Request of `artifacts/list`; `path` is below the run's artifact root. */
export interface ListArtifactsRequest extends RunIdRequest {
  readonly path?: string | undefined;
  readonly page_token?: string | undefined;
}

/** Schema of ListArtifactsRequest. */
export const ListArtifactsRequest: z.ZodType<ListArtifactsRequest> = ofRun({
  path: text,
  page_token: text,
});

/** A folder's listing: of a run (with `root_uri`), of a logged model, or of the proxy (names only). */
export interface ListArtifactsResponse {
  readonly root_uri?: string | undefined;
  readonly files?: readonly FileInfoMessage[] | undefined;
  readonly next_page_token?: string | undefined;
}

/** Schema of ListArtifactsResponse. */
export const ListArtifactsResponse: z.ZodType<ListArtifactsResponse> = z.object({
  root_uri: text,
  files: list(FileInfoMessage),
  next_page_token: text,
});

/** Request of `mlflow-artifacts/mpu/create`. */
export interface CreateMultipartUploadRequest {
  readonly path: string;
  readonly num_parts: number;
}

/** Schema of CreateMultipartUploadRequest. */
export const CreateMultipartUploadRequest: z.ZodType<CreateMultipartUploadRequest> = z.object({
  path: requiredText,
  num_parts: requiredInt64,
});

/** One part of a multipart upload: its address, and later the answer of that address. */
export interface MultipartCredentialMessage {
  readonly url: string;
  readonly part_number: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A part that was uploaded. */
export interface MultipartPartMessage {
  readonly part_number: number;
  readonly etag: string;
  readonly url?: string | undefined;
}

/** Request of `mlflow-artifacts/mpu/complete` and `abort`; `abort` has no parts. */
export interface CompleteMultipartUploadRequest {
  readonly path: string;
  readonly upload_id: string;
  readonly parts: readonly MultipartPartMessage[];
}

/** Schema of CompleteMultipartUploadRequest. */
export const CompleteMultipartUploadRequest: z.ZodType<CompleteMultipartUploadRequest> = z.object({
  path: requiredText,
  upload_id: requiredText,
  parts: list(z.object({ part_number: requiredInt64, etag: requiredText, url: text })),
});

/** A listing row as JSON, with the path of the entry. */
export function toFileInfoMessage(entry: ArtifactEntry): FileInfoMessage {
  return {
    path: entry.path,
    is_dir: entry.isFolder,
    ...(entry.sizeBytes === undefined ? {} : { file_size: entry.sizeBytes }),
  };
}

/** The listing row of a message. */
export function fromFileInfoMessage(message: FileInfoMessage): ArtifactEntry {
  return {
    path: message.path,
    isFolder: message.is_dir,
    ...(message.is_dir ? {} : { sizeBytes: message.file_size ?? 0 }),
  };
}

/** A recorded file with its digest: Tidemark's own, see `TidemarkRunFields`. */
export interface ArtifactFileMessage {
  readonly path: string;
  readonly size_bytes: number;
  readonly sha256: string;
}

/** Schema of ArtifactFileMessage. */
export const ArtifactFileMessage: z.ZodType<ArtifactFileMessage> = z.object({
  path: requiredText,
  size_bytes: requiredInt64,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A recorded file as JSON. */
export function toArtifactFileMessage(file: ArtifactFile): ArtifactFileMessage {
  return { path: file.path, size_bytes: file.sizeBytes, sha256: file.sha256 };
}

/** The recorded file of a message. */
export function fromArtifactFileMessage(message: ArtifactFileMessage): ArtifactFile {
  return { path: message.path, sizeBytes: message.size_bytes, sha256: message.sha256 };
}
