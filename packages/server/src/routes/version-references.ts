import { isTidemarkError, type LoggedModelId, type Run, type RunId } from '@tidemark/core';
import { unreadableReference } from '../access/readable-store.ts';
import { PROXY_ROOT } from '../artifacts/artifact-locations.ts';
import { type VersionFiles, versionFiles } from '../artifacts/version-files.ts';
import type { Call } from '../dispatch/route.ts';
import type { ServerContext } from '../dispatch/server-context.ts';
import { isOwnHost } from '../security/host-addressed.ts';
import { type ModelSource, notIdentified } from '../security/model-source.ts';
import { invalidParameter } from '../wire/wire-error.ts';

/** The fields of a new version that refer to other things, besides its source. */
export interface VersionFacts {
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
}

/**
 * Returns the run and the logged model that a new version names, if they are in this store. To a caller from whom
 * something may be hidden, an id that does not exist and an id that they may not see are refused alike.
 * @param seen the context with the caller's view of the store
 * @throws WireError PERMISSION_DENIED
 */
export async function namedOwners(
  { runId, modelId }: VersionFacts,
  { caller, context: seen }: Pick<Call, 'caller' | 'context'>,
): Promise<{ run?: Run; model?: Awaited<ReturnType<ServerContext['store']['loggedModels']>>[0] }> {
  const [run] = runId === undefined ? [] : await seen.store.runs({ runIds: [runId] });
  const [model] =
    modelId === undefined ? [] : await seen.store.loggedModels({ modelIds: [modelId] });
  if (!caller.readsAll) {
    if (runId !== undefined && run === undefined) throw unreadableReference('the run of run_id');
    if (modelId !== undefined && model === undefined) {
      throw unreadableReference('the logged model of model_id');
    }
  }
  return { ...(run && { run }), ...(model && { model }) };
}

/**
 * Returns the files that the source of a new version names, among those that the caller may read. Returns
 * `undefined` for a source outside this store, which only a caller who may read everything may register.
 * Registering files makes them readable to everyone who may read the registered model. In a web address of the
 * artifact proxy only the path counts, not the name of the server.
 * @throws WireError PERMISSION_DENIED when the caller may not read the files, whether they exist or not;
 * INVALID_PARAMETER_VALUE in MLflow's words when the source names a run or a logged model that is not in this
 * store, and the request does not name it too
 */
export async function namedFiles(
  source: string,
  place: ModelSource,
  facts: VersionFacts,
  { caller, request, context: seen }: Call,
): Promise<VersionFiles | undefined> {
  const isHere =
    place.kind === 'proxied' && isOfThisServer(source, request, seen.hosts.serverHosts);
  const here = isHere ? `${PROXY_ROOT}${place.path}` : source;
  const files = await versionFiles(here, facts, seen).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    if (!caller.readsAll) throw unreadableReference('the source');
    // Another server may track the run or the logged model. Nothing pins such a version.
    const isRun = isTidemarkError(error, 'RUN_NOT_FOUND');
    // A copy names a version, whose creation named them.
    const isNamed = place.kind === 'version' || (isRun ? facts.runId : facts.modelId) !== undefined;
    if (isNamed) return undefined;
    throw invalidParameter(
      `Invalid model version source: '${source}'. ${notIdentified(isRun ? 'run_id' : 'model_id')}`,
      error,
    );
  });
  if (files === undefined && place.kind === 'proxied' && !caller.readsAll) {
    throw unreadableReference('the source');
  }
  return files;
}

/** Returns whether an address of the proxy has no server in it, or this one. */
function isOfThisServer(
  source: string,
  request: Call['request'],
  serverHosts: readonly string[],
): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/i.exec(source)?.[1];
  return !authority || isOwnHost(authority, request, serverHosts);
}

function isMissing(error: unknown): boolean {
  return (
    isTidemarkError(error, 'RUN_NOT_FOUND') || isTidemarkError(error, 'LOGGED_MODEL_NOT_FOUND')
  );
}
