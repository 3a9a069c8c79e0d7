import type { Store } from '@tidemark/core';
import type { ArtifactLocations } from './artifacts/artifact-locations.ts';
import type { MultipartUploads } from './artifacts/multipart-uploads.ts';
import type { UrlSigner } from './artifacts/url-signer.ts';
import type { ChangeEvent } from './change-event.ts';

/** What the routes of one server share. */
export interface ServerContext {
  readonly store: Store;
  readonly locations: ArtifactLocations;
  readonly uploads: MultipartUploads;
  readonly signer: UrlSigner;
  /** Tells the listeners of a change; called once the write was acknowledged. */
  readonly changed: (event: ChangeEvent) => void;
}
