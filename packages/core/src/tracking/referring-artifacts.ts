import type { ArtifactAddress } from '../model/artifact.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';

/** An artifact that refers to a file of another run or logged model. */
export interface ReferringArtifact {
  readonly id: RunId | LoggedModelId;
  readonly path: string;
  /** The artifact that it refers to. */
  readonly to: { readonly id: RunId | LoggedModelId; readonly path: string };
}

/**
 * Returns every artifact of a store that refers to another one, also of deleted runs and models. Reads all runs and
 * models.
 */
export async function referringArtifacts(store: Store): Promise<ReferringArtifact[]> {
  if (!store.capabilities.artifactReferences) return [];
  const found: ReferringArtifact[] = [];
  const owners = [
    ...(await store.runs({})).map(({ runId: id, artifacts }) => ({ id, artifacts })),
    ...(await store.loggedModels({})).map(({ modelId: id, artifacts }) => ({ id, artifacts })),
  ];
  for (const { id, artifacts } of owners) {
    for (const { path, sameAs } of artifacts) {
      if (sameAs !== undefined) found.push({ id, path, to: addressed(sameAs) });
    }
  }
  return found;
}

function addressed({ owner, path }: ArtifactAddress): ReferringArtifact['to'] {
  return { id: 'run' in owner ? owner.run : owner.model, path };
}
