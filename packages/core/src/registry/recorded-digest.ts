import { artifactsDigest } from '../digest/artifacts-digest.ts';
import type { ArtifactFile } from '../model/artifact.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';

/**
 * The digest of a version's files as they are recorded now: those of its logged model where its source
 * names that, or those of its run below the path that its source names. `undefined` when they are not in
 * the store.
 */
export async function recordedDigest(
  store: Store,
  version: Pick<ModelVersion, 'source' | 'modelId' | 'runId'>,
): Promise<string | undefined> {
  const { source, modelId, runId } = version;
  // Whoever downloads the version follows its source: a model that is only named beside it says nothing of that.
  if (modelId !== undefined && source.includes(modelId)) {
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    return model && artifactsDigest(model.artifacts);
  }
  const path = runId === undefined ? undefined : pathInRun(source, runId);
  if (runId === undefined || path === undefined) return undefined;
  const [run] = await store.runs({ runIds: [runId] });
  const files = filesBelow(run?.artifacts ?? [], path);
  return files.length === 0 ? undefined : artifactsDigest(files);
}

function filesBelow(files: readonly ArtifactFile[], path: string): ArtifactFile[] {
  const prefix = path === '' ? '' : `${path}/`;
  return files
    .filter((file) => file.path.startsWith(prefix))
    .map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}

/**
 * The path below a run's artifacts that a version's source names: `runs:/<run>/<path>`, or a URI of the
 * run's artifact folder, `…/<run>/artifacts/<path>`. Empty for all of them; `undefined` when it names none.
 */
export function pathInRun(source: string, runId: string): string | undefined {
  for (const root of [`runs:/${runId}`, `/${runId}/artifacts`]) {
    const at = source.indexOf(root);
    if (at === -1) continue;
    const rest = source.slice(at + root.length);
    if (rest === '' || rest.startsWith('/')) return rest.replace(/^\/+|\/+$/g, '');
  }
  return undefined;
}
