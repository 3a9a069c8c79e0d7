import type { ArtifactOwner } from './artifact.ts';
import type { LoggedModel } from './logged-model.ts';
import type { Run } from './run.ts';

/** Whose artifacts a run's are. */
export function runOwner({ experimentId, runId }: Run): ArtifactOwner {
  return { kind: 'run', experimentId, runId };
}

/** Whose artifacts a logged model's are. */
export function modelOwner({ experimentId, modelId }: LoggedModel): ArtifactOwner {
  return { kind: 'model', experimentId, modelId };
}
