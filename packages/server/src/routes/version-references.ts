import { isTidemarkError, type LoggedModelId, type Run, type RunId } from '@tidemark/core';
import { unreadableReference } from '../access/readable-store.ts';
import { PROXY_ROOT } from '../artifacts/artifact-locations.ts';
import { type VersionFiles, versionFiles } from '../artifacts/version-files.ts';
import type { Call } from '../dispatch/route.ts';
import type { ServerContext } from '../dispatch/server-context.ts';
import { isOwnHost } from '../security/host-addressed.ts';
import { type ModelSource, notIdentified } from '../security/model-source.ts';
import { invalidParameter } from '../wire/wire-error.ts';

/** What a request for a new version names in addition to its source. */
export interface VersionFacts {
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
}

/**
 * The run and the logged model that a new version names, as far as they are here. To a caller from whom
 * something may be hidden, what is not here and what is closed are refused alike.
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
 * The files that the source of a new version names, among what the caller may read; `undefined` for what is
 * not here, which a caller to whom everything is open may register. Registering files makes
 * them readable to those who may read the registered model. A web address of the artifact proxy names files
 * as its path does, whatever name the server has in it.
 * @throws WireError PERMISSION_DENIED where the caller cannot see them, there or not; INVALID_PARAMETER_VALUE in
 * MLflow's words for a source of a run or a logged model that is not here, when the request does not name it too
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
    if (!caller.readsAll) throw unreadableReference('what the source names');
    // The run or the logged model that is named may be tracked by another server. Nothing pins such a version.
    const isRun = isTidemarkError(error, 'RUN_NOT_FOUND');
    // A copy names a version, which was asked for them when it was made.
    const isNamed = place.kind === 'version' || (isRun ? facts.runId : facts.modelId) !== undefined;
    if (isNamed) return undefined;
    throw invalidParameter(
      `Invalid model version source: '${source}'. ${notIdentified(isRun ? 'run_id' : 'model_id')}`,
      error,
    );
  });
  if (files === undefined && place.kind === 'proxied' && !caller.readsAll) {
    throw unreadableReference('what the source names');
  }
  return files;
}

/** Whether an address of the proxy has no server in it, or this one. */
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
