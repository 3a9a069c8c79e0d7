import {
  type ArtifactOwner,
  createModelVersion,
  type ExperimentId,
  type FrozenSource,
  frozenSource,
  getLoggedModel,
  getRegisteredModel,
  type LoggedModelId,
  type ModelVersion,
  parseLoggedModelId,
  parseRunId,
  type RunId,
  type Store,
  tagModelVersion,
  versionAddress,
} from '@tidemark/core';
import { type CreateModelVersionRequest, fromKeyValueMessages } from '@tidemark/mlflow';
import { type AccessTarget, actorOf, assertAllowed } from '../access/access.ts';
import { readableStore } from '../access/readable-store.ts';
import { PROXY_ROOT } from '../artifacts/artifact-locations.ts';
import { modelOwner, runOwner } from '../artifacts/proxy-path.ts';
import type { Call } from '../dispatch/route.ts';
import { assertHostAllowed } from '../security/host-addressed.ts';
import { assertSafeModelSource } from '../security/model-source.ts';
import { invalidParameter } from '../wire/wire-error.ts';
import { aboutModel, experimentTarget } from './about.ts';
import { namedFiles, namedOwners } from './version-references.ts';

/**
 * Creates the next version of a registered model. Its source must exist, and the caller must be able to read it.
 * @throws WireError; MODEL_NOT_FOUND, MODEL_SOURCE_UNSAFE
 */
export async function createVersion(
  message: CreateModelVersionRequest,
  call: Call,
): Promise<ModelVersion> {
  const { context, caller } = call;
  const { name, source, description } = message;
  const { store, locations } = context;
  await getRegisteredModel(store, name);
  assertHostAllowed(source, 'source', call.request, context.hosts);
  const runId = message.run_id ? parseRunId(message.run_id) : undefined;
  const modelId = message.model_id ? parseLoggedModelId(message.model_id) : undefined;
  const facts = {
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
  };
  // The references of the request are resolved among what the caller may read.
  const seen = { ...call, context: { ...context, store: readableStore(store, caller) } };
  const { run, model } = await namedOwners(facts, seen);
  const owner = model ? modelOwner(model) : run && runOwner(run);
  const place = assertSafeModelSource(source, {
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
    ...(owner === undefined ? {} : { artifactUri: await locations.ofOwner(owner) }),
  });
  assertAllowed(caller, 'reader', namedModel(source));
  // The files of another version are reached through it, and the caller must be able to read that version.
  const files = await namedFiles(source, place, facts, place.kind === 'version' ? call : seen);
  assertAllowed(caller, 'reader', experimentsOf(files?.owner));
  assertSameLineage(await frozenSource(store, source), message);
  const version = await createModelVersion(store, {
    name,
    source,
    // The source names this server, and only the server knows its own name.
    ...(files !== undefined && place.kind === 'proxied'
      ? { storageLocation: `${PROXY_ROOT}${place.path}` }
      : {}),
    ...facts,
    ...(await lineage(files?.owner, store)),
    ...(message.run_link ? { runLink: message.run_link } : {}),
    ...(description === undefined ? {} : { description }),
    tags: fromKeyValueMessages(message.tags ?? []),
    tagLoggedModel: false,
    by: actorOf(caller),
  });
  const named = version.modelId === undefined ? [] : [version.modelId];
  const [logged] = await store.loggedModels({ modelIds: named });
  // A caller who may only read an experiment must not write to its logged models by registering them.
  if (logged !== undefined && caller.may('writer', experimentTarget(logged.experimentId))) {
    await tagModelVersion(store, logged, { name, version: version.version });
  }
  return version;
}

/**
 * Refuses a source of another run or logged model than the request names.
 * @throws WireError in MLflow's words (server/handlers.py, `_resolve_registered_model_source_lineage`)
 */
function assertSameLineage(
  copied: FrozenSource | undefined,
  { source, run_id, model_id }: CreateModelVersionRequest,
): void {
  if (copied === undefined) return;
  const { runId, modelId } = copied.version;
  const isSame = (given: string | undefined, own: string | undefined) => !given || given === own;
  if (isSame(run_id, runId) && isSame(model_id, modelId)) return;
  throw invalidParameter(
    `Invalid model version source: '${source}'. The run_id and model_id request parameters must match the referenced model version.`,
  );
}

function experimentsOf(
  ...things: readonly ({ readonly experimentId: ExperimentId } | undefined)[]
): AccessTarget[] {
  return things.flatMap((it) => (it === undefined ? [] : [experimentTarget(it.experimentId)]));
}

/** Returns the registered model whose version or alias a source names. */
function namedModel(source: string): AccessTarget[] {
  const address = versionAddress(source);
  return address === undefined ? [] : [aboutModel({ name: address.name })];
}

/** Returns the logged model and the run behind a version's files, even if the request does not name them. */
async function lineage(
  owner: ArtifactOwner | undefined,
  store: Store,
): Promise<{ modelId?: LoggedModelId; runId?: RunId }> {
  if (owner?.kind !== 'model') return owner === undefined ? {} : { runId: owner.runId };
  const { modelId, sourceRunId } = await getLoggedModel(store, owner.modelId);
  return { modelId, ...(sourceRunId === undefined ? {} : { runId: sourceRunId }) };
}
