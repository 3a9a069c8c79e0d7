import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';

/** The properties of a version that name the place of its files. */
export type VersionSource = Pick<ModelVersion, 'source' | 'storageLocation' | 'modelId' | 'runId'>;

/** The place of a version's files, according to its source and its ids. */
export type VersionPlace =
  | { readonly kind: 'model'; readonly modelId: LoggedModelId }
  /** Below a path of a run's artifacts; `''` for all of them. */
  | { readonly kind: 'run'; readonly runId: RunId; readonly path: string };

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
 * Returns the place of a version's files in a store, from its source: `models:/m-…`, `runs:/<run>/<path>`, or the URI
 * of an artifact folder of the version's logged model or run. Returns `undefined` for every other source.
 */
export function versionPlace(version: VersionSource): VersionPlace | undefined {
  const { modelId, runId } = version;
  const where = version.storageLocation ?? version.source;
  const named = /^models:\/+(m-[\w-]+)\/*$/.exec(where)?.[1] as LoggedModelId | undefined;
  if (named !== undefined) return { kind: 'model', modelId: named };
  // Downloads follow the source of a version. A logged model that the source does not name does not count.
  if (modelId !== undefined && where.includes(modelId)) return { kind: 'model', modelId };
  const [, ofRun, path = ''] = /^runs:\/+([\w-]+)(?:\/+(.*))?$/.exec(where) ?? [];
  if (ofRun !== undefined) return { kind: 'run', runId: ofRun as RunId, path: trimmed(path) };
  const inRun = runId === undefined ? undefined : pathInRun(where, runId);
  return runId === undefined || inRun === undefined
    ? undefined
    : { kind: 'run', runId, path: inRun };
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
  const place = versionPlace(version);
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

/**
 * Returns the path below a run's artifacts that a version's source names: `runs:/<run>/<path>`, or a URI of the run's
 * artifact folder, `…/<run>/artifacts/<path>`. Empty for all artifacts; `undefined` if the source names no place in
 * the run.
 */
function pathInRun(source: string, runId: string): string | undefined {
  for (const root of [`runs:/${runId}`, `/${runId}/artifacts`]) {
    const at = source.indexOf(root);
    if (at === -1) continue;
    const rest = source.slice(at + root.length);
    if (rest === '' || rest.startsWith('/')) return trimmed(rest);
  }
  return undefined;
}

function filesBelow(files: readonly ArtifactFile[], path: string): ArtifactFile[] {
  const prefix = path === '' ? '' : `${path}/`;
  return files
    .filter((file) => file.path.startsWith(prefix))
    .map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
