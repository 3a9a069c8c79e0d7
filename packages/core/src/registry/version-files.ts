import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';

/** What says where the files of a version are. */
export type VersionSource = Pick<ModelVersion, 'source' | 'storageLocation' | 'modelId' | 'runId'>;

/** Where the files of a version are, as its source and its ids say it. */
export type VersionPlace =
  | { readonly kind: 'model'; readonly modelId: LoggedModelId }
  /** Below the path of a run's artifacts; `''` for all of them. */
  | { readonly kind: 'run'; readonly runId: RunId; readonly path: string };

/** The files of a version that are in the store: those of a logged model, or of a run below a folder. */
export interface VersionFiles {
  readonly owner: ArtifactOwner;
  /** The folder of the files below the owner's artifacts; `''` is the root. */
  readonly folder: string;
  /** As they are recorded now, with paths below the folder. */
  readonly files: readonly ArtifactFile[];
  /** The logged model, when the files are its own. */
  readonly loggedModel?: LoggedModel;
  /** The run, when the files are among its artifacts. */
  readonly run?: Run;
}

/**
 * The place of a version's files in a store, by its source alone: `models:/m-…`, `runs:/<run>/<path>`, or the URI of
 * an artifact folder of the logged model or the run that is named beside it. `undefined` for every other source.
 */
export function versionPlace(version: VersionSource): VersionPlace | undefined {
  const { modelId, runId } = version;
  const where = version.storageLocation ?? version.source;
  const named = /^models:\/+(m-[\w-]+)\/*$/.exec(where)?.[1] as LoggedModelId | undefined;
  if (named !== undefined) return { kind: 'model', modelId: named };
  // Downloads follow the source of a version. A model that is only named with it does not matter.
  if (modelId !== undefined && where.includes(modelId)) return { kind: 'model', modelId };
  const [, ofRun, path = ''] = /^runs:\/+([\w-]+)(?:\/+(.*))?$/.exec(where) ?? [];
  if (ofRun !== undefined) return { kind: 'run', runId: ofRun as RunId, path: trimmed(path) };
  const inRun = runId === undefined ? undefined : pathInRun(where, runId);
  return runId === undefined || inRun === undefined
    ? undefined
    : { kind: 'run', runId, path: inRun };
}

/**
 * The files that a version's source names, as they are recorded now. A `runs:` source whose path holds no
 * artifacts may name a logged model of the run, as in MLflow 3. `undefined` when the files are not in this
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

/** All files of a logged model. */
export function filesOfModel(loggedModel: LoggedModel): VersionFiles {
  assertArguments({ loggedModel }, 'filesOfModel', { loggedModel: 'object' });
  const { experimentId, modelId, artifacts } = loggedModel;
  const owner: ArtifactOwner = { kind: 'model', experimentId, modelId };
  return { owner, folder: '', files: artifacts, loggedModel };
}

/**
 * The path below a run's artifacts that a version's source names: `runs:/<run>/<path>`, or a URI of the
 * run's artifact folder, `…/<run>/artifacts/<path>`. Empty for all of them; `undefined` when it names none.
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
