import {
  type ArtifactOwner,
  versionFiles as filesInStore,
  frozenSource,
  getLoggedModel,
  getRun,
  isTidemarkError,
  type LoggedModelId,
  type ModelVersion,
  type RunId,
  type Store,
} from '@tidemark/core';
import { type ArtifactScope, below, PROXY_ROOT } from './artifact-locations.ts';
import { modelOwner, resolveProxyPath, runOwner } from './proxy-path.ts';

/** The files of a model version among the artifacts of the store. */
export interface VersionFiles {
  readonly owner: ArtifactOwner;
  /** The folder of the files below the owner's root; `''` is the root. */
  readonly folder: string;
}

/**
 * Finds the files that a version's source names: those of a logged model, of a run, or of the version that it
 * was copied from. Returns `undefined` for a source outside the store, even if the version also names a run
 * or a logged model of the store, because downloads follow the source.
 * @throws RUN_NOT_FOUND and similar errors if what the source names does not exist
 */
export async function versionFiles(
  source: string,
  version: Pick<ModelVersion, 'modelId' | 'runId'>,
  context: ArtifactScope,
): Promise<VersionFiles | undefined> {
  const { store, locations } = context;
  if (/^(?:runs:|models:\/+m-[\w-]+\/*$)/.test(source))
    return recordedFiles(source, version, store);
  if (source.startsWith(PROXY_ROOT)) {
    const found = await resolveProxyPath(
      store,
      locations,
      trimmed(source.slice(PROXY_ROOT.length)),
    );
    return found && { owner: found.owner, folder: found.path };
  }
  const frozen = await frozenSource(store, source);
  if (frozen !== undefined) return versionFiles(frozen.storageLocation, frozen.version, context);
  // Clients reach this folder by themselves. The run may belong to another server that tracks for this
  // registry.
  for (const owner of await ownersBeside(version, store)) {
    const root = await locations.ofOwner(owner);
    if (source === root || source.startsWith(below(root, ''))) {
      return { owner, folder: trimmed(source.slice(root.length)) };
    }
  }
  return undefined;
}

/**
 * Returns the files of a source that names a run or a logged model.
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND
 */
async function recordedFiles(
  source: string,
  { modelId, runId }: Pick<ModelVersion, 'modelId' | 'runId'>,
  store: Store,
): Promise<VersionFiles | undefined> {
  const version = { source, ...(modelId && { modelId }), ...(runId && { runId }) };
  const found = await filesInStore(store, version);
  if (found !== undefined) return found;
  const [, scheme, id = ''] = /^(runs|models):\/+([^/]+)/.exec(source) ?? [];
  if (scheme === 'runs') await getRun(store, id as RunId);
  if (scheme === 'models') await getLoggedModel(store, id as LoggedModelId);
  return undefined;
}

/**
 * Returns the run and the logged model that a version names in addition to its source, if they are in this
 * store.
 */
async function ownersBeside(
  { modelId, runId }: Pick<ModelVersion, 'modelId' | 'runId'>,
  store: Store,
): Promise<ArtifactOwner[]> {
  const models = modelId === undefined ? [] : await store.loggedModels({ modelIds: [modelId] });
  const runs = runId === undefined ? [] : await store.runs({ runIds: [runId] });
  return [...models.map(modelOwner), ...runs.map(runOwner)];
}

/**
 * Returns the address from which a client downloads the files of a version: its source if that is a location,
 * otherwise the location that the source refers to.
 */
export async function downloadUri(version: ModelVersion, context: ArtifactScope): Promise<string> {
  const isReference = (address: string): boolean => /^(models|runs):/.test(address);
  if (!isReference(version.source)) return version.source;
  const source = version.storageLocation ?? version.source;
  if (!isReference(source)) return source;
  const files = await versionFiles(source, version, context).catch((error: unknown) => {
    // The address belongs to another server, and the client connects there with it.
    const isElsewhere =
      isTidemarkError(error, 'RUN_NOT_FOUND') || isTidemarkError(error, 'LOGGED_MODEL_NOT_FOUND');
    if (isElsewhere) return undefined;
    throw error;
  });
  if (files === undefined) return source;
  const root = await context.locations.ofOwner(files.owner);
  return files.folder === '' ? root : below(root, files.folder);
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
