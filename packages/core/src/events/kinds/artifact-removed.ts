import type { ArtifactAddress } from '../../model/artifact.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { artifactOwner, artifactPath } from '../field-values.ts';

/** A file was removed; it may be written again. `purged` is the event for a file that must never come back. */
export interface ArtifactRemoved {
  readonly kind: 'artifact-removed';
  readonly owner: ArtifactAddress['owner'];
  readonly path: string;
}

export const artifactRemoved: EventKind<ArtifactRemoved> = eventKind({
  decode: (fields) => ({
    kind: 'artifact-removed',
    owner: artifactOwner(fields.owner),
    path: artifactPath(fields.path),
  }),
  subject: ({ owner }) => owner,
  without: (event, purged) => (purged.has('artifact', event.path) ? undefined : event),
});
