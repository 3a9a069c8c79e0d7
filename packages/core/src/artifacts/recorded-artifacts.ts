import type { ArtifactAddress, ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import type { Store } from '../port/store.ts';

/** Returns the recorded files of a run or a logged model; none if it does not exist. */
export async function recordedArtifacts(
  store: Store,
  owner: ArtifactOwner,
): Promise<readonly ArtifactFile[]> {
  const [found] =
    owner.kind === 'run'
      ? await store.runs({ runIds: [owner.runId] })
      : await store.loggedModels({ modelIds: [owner.modelId] });
  return found?.artifacts ?? [];
}

/** Returns the owner that an address names; `undefined` if the store has no run or model of that id. */
export async function findArtifactOwner(
  store: Store,
  { owner }: ArtifactAddress,
): Promise<ArtifactOwner | undefined> {
  if ('run' in owner) {
    const [run] = await store.runs({ runIds: [owner.run] });
    return run && { kind: 'run', experimentId: run.experimentId, runId: run.runId };
  }
  const [model] = await store.loggedModels({ modelIds: [owner.model] });
  return model && { kind: 'model', experimentId: model.experimentId, modelId: model.modelId };
}
