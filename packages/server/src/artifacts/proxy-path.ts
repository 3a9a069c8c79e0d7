import type { ArtifactOwner, ExperimentId, LoggedModelId, RunId, Store } from '@tidemark/core';
import { type ArtifactLocations, PROXY_ROOT } from './artifact-locations.ts';
import { safePath } from './safe-path.ts';

/**
 * A parsed path of the artifact proxy: the owner of the artifact, and its path below the owner's artifact
 * root.
 */
export interface ProxyPath {
  readonly owner: ArtifactOwner;
  /** `''` is the root. */
  readonly path: string;
}

/**
 * Finds the run or logged model that owns a path of the artifact proxy:
 * `<experiment>/<run>/artifacts/<path>`, `<experiment>/models/<model>/artifacts/<path>`, or the same below
 * another `mlflow-artifacts:` location of the experiment. Returns `undefined` if the path has no owner: the
 * proxy keeps no such files, so that every artifact has a record.
 * @throws WireError `Invalid path`
 */
export async function resolveProxyPath(
  store: Store,
  locations: ArtifactLocations,
  proxyPath: string,
): Promise<ProxyPath | undefined> {
  const names = safePath(proxyPath).split('/');
  for (let at = 1; at < names.length; at += 1) {
    if (names[at] !== 'artifacts') continue;
    const owner = await findOwner(store, names[at - 2], names[at - 1] as string);
    if (owner === undefined) continue;
    const root = `${PROXY_ROOT}${names.slice(0, at + 1).join('/')}`;
    if ((await locations.ofOwner(owner)) !== root) continue;
    return { owner, path: names.slice(at + 1).join('/') };
  }
  return undefined;
}

async function findOwner(
  store: Store,
  before: string | undefined,
  id: string,
): Promise<ArtifactOwner | undefined> {
  if (before === 'models') {
    const [model] = await store.loggedModels({ modelIds: [id as LoggedModelId] });
    return model && modelOwner(model);
  }
  const [run] = await store.runs({ runIds: [id as RunId] });
  return run && runOwner(run);
}

/** Returns a run as the owner of artifacts. */
export function runOwner(run: { experimentId: ExperimentId; runId: RunId }): ArtifactOwner {
  return { kind: 'run', experimentId: run.experimentId, runId: run.runId };
}

/** Returns a logged model as the owner of artifacts. */
export function modelOwner(model: {
  experimentId: ExperimentId;
  modelId: LoggedModelId;
}): ArtifactOwner {
  return { kind: 'model', experimentId: model.experimentId, modelId: model.modelId };
}
