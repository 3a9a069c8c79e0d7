import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { type VersionSource, versionPlace } from './version-place.ts';

/** The files of a version that the store has: those of a logged model, or those of a run below a folder. */
export interface VersionFiles {
  readonly owner: ArtifactOwner;
  /** The folder of the files below the owner's artifacts; `''` is the root. */
  readonly folder: string;
  /** The files as they are recorded now, with paths below the folder. */
  readonly files: readonly ArtifactFile[];
  /** The logged model, if the files are its own. */
  readonly loggedModel?: LoggedModel;
  /** The run, if the files are among its artifacts. */
  readonly run?: Run;
}

/**
 * Returns the files that a version's source names, as they are recorded now. A `runs:` source whose path has no
 * artifacts may name a logged model of the run, as in MLflow 3. Returns `undefined` if the files are not in this
 * store.
 */
export async function versionFiles(
  store: Store,
  version: VersionSource,
): Promise<VersionFiles | undefined> {
  assertArguments({ store, version }, 'versionFiles', { store: 'store', version: 'object' });
  const place = await versionPlace(store, version);
  if (place === undefined) return undefined;
  if (place.kind === 'model') {
    const [model] = await store.loggedModels({ modelIds: [place.modelId] });
    return model && filesOfModel(model);
  }
  const { runId, path } = place;
  const [run] = await store.runs({ runIds: [runId] });
  if (run === undefined) return undefined;
  const files = filesBelow(run.artifacts, path);
  if (files.length === 0) {
    const models = await store.loggedModels({ experimentIds: [run.experimentId] });
    const ofRun = models.filter(({ sourceRunId, name }) => sourceRunId === runId && name === path);
    const model = ofRun.find(({ modelId }) => modelId === version.modelId) ?? ofRun[0];
    if (model !== undefined) return filesOfModel(model);
  }
  const owner: ArtifactOwner = { kind: 'run', experimentId: run.experimentId, runId };
  return { owner, folder: path, files, run };
}

/** Returns all files of a logged model. */
export function filesOfModel(loggedModel: LoggedModel): VersionFiles {
  assertArguments({ loggedModel }, 'filesOfModel', { loggedModel: 'object' });
  const { experimentId, modelId, artifacts } = loggedModel;
  const owner: ArtifactOwner = { kind: 'model', experimentId, modelId };
  return { owner, folder: '', files: artifacts, loggedModel };
}

function filesBelow(files: readonly ArtifactFile[], path: string): ArtifactFile[] {
  const prefix = path === '' ? '' : `${path}/`;
  return files
    .filter((file) => file.path.startsWith(prefix))
    .map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}
