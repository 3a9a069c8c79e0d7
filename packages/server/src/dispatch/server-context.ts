import type { ArtifactScope } from '../artifacts/artifact-locations.ts';
import type { MultipartUploads } from '../artifacts/multipart-uploads.ts';
import type { UrlSigner } from '../artifacts/url-signer.ts';
import type { HostPolicy } from '../security/host-addressed.ts';
import type { IdempotentAnswers } from '../wire/idempotent-answers.ts';
import type { ChangeEvent } from './change-event.ts';

/** What the routes of one server share. */
export interface ServerContext extends ArtifactScope {
  readonly uploads: MultipartUploads;
  readonly signer: UrlSigner;
  /** Which hosts the addresses of files may name. */
  readonly hosts: HostPolicy;
  /** What was answered to requests with an Idempotency-Key. */
  readonly answers: IdempotentAnswers;
  /** Tells the listeners of a change; called once the write was acknowledged. */
  readonly changed: (event: ChangeEvent) => void;
}
