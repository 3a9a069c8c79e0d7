import type { ArtifactAddress, ArtifactFile } from '../../model/artifact.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import {
  artifactOwner,
  artifactPath,
  object,
  optional,
  sha256,
  sizeBytes,
  text,
} from '../field-values.ts';

/** A file was written below a run's or a logged model's artifact folder. */
export interface ArtifactWritten {
  readonly kind: 'artifact';
  readonly owner: ArtifactAddress['owner'];
  readonly file: ArtifactFile;
}

export const artifactWritten: EventKind<ArtifactWritten> = eventKind({
  decode(fields) {
    const file = object(fields.file);
    return {
      kind: 'artifact',
      owner: artifactOwner(fields.owner),
      file: {
        path: artifactPath(file.path),
        sizeBytes: sizeBytes(file.sizeBytes),
        sha256: sha256(file.sha256),
        ...optional('uri', file.uri, text),
        ...optional('sameAs', file.sameAs, (given) => {
          const address = object(given);
          return { owner: artifactOwner(address.owner), path: artifactPath(address.path) };
        }),
      },
    };
  },
  subject: ({ owner }) => owner,
  without: (event, purged) => (purged.has('artifact', event.file.path) ? undefined : event),
});
