import type { ArtifactScope } from '../artifacts/artifact-locations.ts';
import type { MultipartUploads } from '../artifacts/multipart-uploads.ts';
import type { UrlSigner } from '../artifacts/url-signer.ts';
import type { HostPolicy } from '../security/host-addressed.ts';
import type { IdempotentAnswers } from '../wire/idempotent-answers.ts';
import type { ChangeEvent } from './change-event.ts';

/** The parts of a server that all its routes share. */
export interface ServerContext extends ArtifactScope {
  readonly uploads: MultipartUploads;
  readonly signer: UrlSigner;
  /** The policy for hosts in the addresses of files. */
  readonly hosts: HostPolicy;
  /** Answers to requests with an Idempotency-Key. */
  readonly answers: IdempotentAnswers;
  /** Reports a change to the listeners. Call it after the write is acknowledged. */
  readonly changed: (event: ChangeEvent) => void;
}
