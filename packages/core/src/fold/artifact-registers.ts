import type { ArtifactWritten } from '../events/kinds/artifact.ts';
import type { ArtifactRemoved } from '../events/kinds/artifact-removed.ts';
import type { EventOrder } from '../events/stamp.ts';
import type { ArtifactFile } from '../model/artifact.ts';
import type { PurgeFold } from './purge-fold.ts';
import type { RegisterMap } from './register.ts';

/** The last record of each file, by path; `null` for a file that was removed. */
type ArtifactRegisters = RegisterMap<ArtifactFile | null>;

/** Returns the files that were not removed, sorted by path. */
export function presentFiles(files: ArtifactRegisters | undefined): ArtifactFile[] {
  return (files?.entries() ?? []).map(([, file]) => file).filter((file) => file !== null);
}

/**
 * Yields events that fold to the same files. Includes the removals, because a writing that is read later may precede
 * them.
 */
export function* artifactEvents(
  files: ArtifactRegisters,
  owner: ArtifactWritten['owner'],
  purges: PurgeFold,
): Generator<{ readonly event: ArtifactWritten | ArtifactRemoved; readonly order: EventOrder }> {
  for (const { values, order } of files.layers()) {
    for (const [path, file] of Object.entries(values)) {
      if (purges.has('artifact', path)) continue;
      const event =
        file === null
          ? ({ kind: 'artifact-removed', owner, path } as const)
          : ({ kind: 'artifact', owner, file } as const);
      yield { event, order };
    }
  }
}
