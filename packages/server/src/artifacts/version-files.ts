import {
  type ArtifactOwner,
  getLoggedModel,
  getRegisteredModel,
  getRun,
  getVersion,
  getVersionByAlias,
  type LoggedModelId,
  type ModelVersion,
  type RunId,
} from '@tidemark/core';
import type { ServerContext } from '../server-context.ts';
import { below, PROXY_ROOT } from './artifact-locations.ts';
import { modelOwner, resolveProxyPath, runOwner } from './proxy-path.ts';

/** Where the files of a model version lie among the artifacts of the store. */
export interface VersionFiles {
  readonly owner: ArtifactOwner;
  /** The folder of the files below the owner's root; `''` is the root. */
  readonly folder: string;
}

/** A version can be made from a version that was made from a version … */
const GREATEST_DEPTH = 10;

/**
 * Finds the files that a version's source names: those of a logged model, of a run, or of the version
 * that it was made from. `undefined` for a source outside the store.
 * @throws RUN_NOT_FOUND and its kin when what the source names is gone
 */
export async function versionFiles(
  source: string,
  version: Pick<ModelVersion, 'modelId' | 'runId'>,
  context: ServerContext,
  depth = 0,
): Promise<VersionFiles | undefined> {
  const { store, locations } = context;
  const modelId = /^models:\/+(m-[\w-]+)\/*$/.exec(source)?.[1] ?? version.modelId;
  if (modelId !== undefined) {
    const model = await getLoggedModel(store, modelId as LoggedModelId);
    return { owner: modelOwner(model), folder: '' };
  }
  const [, runId, path = ''] = /^runs:\/+([^/]+)\/?(.*)$/.exec(source) ?? [];
  if (runId !== undefined) {
    return { owner: runOwner(await getRun(store, runId as RunId)), folder: trimmed(path) };
  }
  if (source.startsWith(PROXY_ROOT)) {
    const found = await resolveProxyPath(
      store,
      locations,
      trimmed(source.slice(PROXY_ROOT.length)),
    );
    return found && { owner: found.owner, folder: found.path };
  }
  const other = parseVersionUri(source);
  if (other !== undefined && depth < GREATEST_DEPTH) {
    const model = await getRegisteredModel(store, other.name);
    const found =
      'alias' in other ? getVersionByAlias(model, other.alias) : getVersion(model, other.version);
    return versionFiles(found.source, found, context, depth + 1);
  }
  const { runId: recordedRun } = version;
  if (recordedRun === undefined) return undefined;
  const owner = runOwner(await getRun(store, recordedRun));
  const root = await locations.ofOwner(owner);
  if (source !== root && !source.startsWith(`${root}/`)) return undefined;
  return { owner, folder: trimmed(source.slice(root.length)) };
}

/** Where a client downloads the files of a version: its source, when that is a place, else the place behind it. */
export async function downloadUri(
  { source, ...version }: ModelVersion,
  context: ServerContext,
): Promise<string> {
  if (!/^(models|runs):/.test(source)) return source;
  const files = await versionFiles(source, version, context);
  if (files === undefined) return source;
  const root = await context.locations.ofOwner(files.owner);
  return files.folder === '' ? root : below(root, files.folder);
}

/** `models:/name/3` or `models:/name@alias` */
function parseVersionUri(
  source: string,
): { name: string; version: number } | { name: string; alias: string } | undefined {
  const [, name, version, alias] = /^models:\/+([^/@]+)(?:\/(\d+)|@([\w-]+))$/.exec(source) ?? [];
  if (name === undefined) return undefined;
  return alias === undefined ? { name, version: Number(version) } : { name, alias };
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
