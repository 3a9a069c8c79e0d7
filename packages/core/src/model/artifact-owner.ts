import type { ArtifactOwner } from './artifact.ts';
import type { LoggedModel } from './logged-model.ts';
import type { Run } from './run.ts';

/** Returns the owner of a run's artifacts. */
export function runOwner({ experimentId, runId }: Run): ArtifactOwner {
  return { kind: 'run', experimentId, runId };
}

/** Returns the owner of a logged model's artifacts. */
export function modelOwner({ experimentId, modelId }: LoggedModel): ArtifactOwner {
  return { kind: 'model', experimentId, modelId };
}
