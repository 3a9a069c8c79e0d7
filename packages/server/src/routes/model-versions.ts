import {
  type ArtifactOwner,
  createModelVersion,
  deleteModelVersion,
  deleteRegistryTag,
  type ExperimentId,
  getLoggedModel,
  getRegisteredModel,
  getVersion,
  type LoggedModelId,
  type ModelVersion,
  parseLoggedModelId,
  parseModelStage,
  parseRunId,
  type RunId,
  type Store,
  searchModelVersions,
  setRegistryTag,
  transitionStage,
  updateModelVersion,
} from '@tidemark/core';
import {
  CreateModelVersionRequest,
  DeleteModelVersionTagRequest,
  fromKeyValueMessages,
  ModelVersionRequest,
  ModelVersionResponse,
  SearchModelVersionsResponse,
  SearchRegistryRequest,
  SetModelVersionTagRequest,
  TransitionModelVersionStageRequest,
  UpdateModelVersionRequest,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { type AccessTarget, actorOf, assertAllowed } from '../access.ts';
import { modelOwner, runOwner } from '../artifacts/proxy-path.ts';
import { safePath } from '../artifacts/safe-path.ts';
import { downloadUri, versionFiles } from '../artifacts/version-files.ts';
import { type Call, defineRoute, type Route } from '../route.ts';
import { assertSafeModelSource } from '../security/model-source.ts';
import type { ServerContext } from '../server-context.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { aboutModel, experimentTarget } from './about.ts';
import { download } from './artifacts.ts';
import { pageSize } from './page-size.ts';
import { readableRegistry } from './readable-registry.ts';
import { parseVersion, versionMessage } from './registry-messages.ts';

const nothing = z.object({});
const PATH = '/mlflow/model-versions';

/** Versions of registered models: create, find, describe, move between stages, tag, delete, download. */
export const MODEL_VERSION_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: `${PATH}/create`,
    summary:
      'Make the next version of a registered model, of a logged model or of files elsewhere.',
    needs: 'writer',
    about: aboutModel,
    request: CreateModelVersionRequest,
    response: ModelVersionResponse,
    handle: async (message, call) => {
      const version = await create(message, call);
      call.context.changed({
        kind: 'model-version-created',
        modelName: message.name,
        version,
        by: version.createdBy,
        atMs: version.creationTimeMs,
      });
      return { model_version: versionMessage(message.name, version, call.request) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/get`,
    summary: 'Read a version.',
    needs: 'reader',
    about: aboutModel,
    request: ModelVersionRequest,
    response: ModelVersionResponse,
    handle: async ({ name, version }, { context, request }) => ({
      model_version: versionMessage(name, await readVersion(name, version, context), request),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/search`,
    summary: 'Search the versions of all registered models, page by page.',
    needs: 'reader',
    about: () => [],
    request: SearchRegistryRequest,
    response: SearchModelVersionsResponse,
    handle: async ({ filter, max_results, order_by, page_token }, call) => {
      const { versions, nextPageToken } = await searchModelVersions(readableRegistry(call), {
        ...(filter === undefined ? {} : { filter }),
        orderBy: order_by ?? [],
        maxResults: pageSize(max_results, { fallback: 10_000, greatest: 200_000 }),
        ...(page_token ? { pageToken: page_token } : {}),
      });
      const messages = versions.map(({ modelName, version }) =>
        versionMessage(modelName, version, call.request, { aliases: false }),
      );
      return {
        model_versions: messages.length === 0 ? undefined : messages,
        next_page_token: nextPageToken,
      };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: `${PATH}/update`,
    summary: 'Describe a version.',
    needs: 'writer',
    about: aboutModel,
    request: UpdateModelVersionRequest,
    response: ModelVersionResponse,
    handle: async ({ name, version, description }, { context, caller, request }) => {
      const number = parseVersion(version);
      const by = actorOf(caller);
      const updated =
        description === undefined
          ? await readVersion(name, version, context)
          : await updateModelVersion(context.store, { name, version: number, description, by });
      return { model_version: versionMessage(name, updated, request) };
    },
  }),
  ...[`${PATH}/transition-stage`, '/mlflow/databricks/model-versions/transition-stage'].map(
    (path) =>
      defineRoute({
        method: 'POST',
        path,
        summary: 'Bring a version into a stage, where the rules of its model allow that.',
        needs: 'approver',
        about: aboutModel,
        request: TransitionModelVersionStageRequest,
        handle: async (message, call) => {
          const version = await transition(message, call);
          const json = versionMessage(message.name, version, call.request, { aliases: false });
          return path.includes('databricks')
            ? { model_version_databricks: json }
            : { model_version: json };
        },
      }),
  ),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete`,
    summary: 'Delete a version with its aliases; its number is never given again.',
    needs: 'approver',
    about: aboutModel,
    request: ModelVersionRequest,
    response: nothing,
    handle: ({ name, version }, { context, caller }) =>
      deleteModelVersion(context.store, {
        name,
        version: parseVersion(version),
        by: actorOf(caller),
      }),
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/set-tag`,
    summary: 'Set a tag of a version; it speaks of the files that the version was made of.',
    needs: 'writer',
    about: aboutModel,
    request: SetModelVersionTagRequest,
    response: nothing,
    handle: async ({ name, version, key, value }, { context, caller }) => {
      const by = actorOf(caller);
      const number = parseVersion(version);
      await setRegistryTag(context.store, { name, version: number, key, value, by });
      const fact = { kind: 'model-version-tag-set', modelName: name, version: number } as const;
      context.changed({ ...fact, key, value, by, atMs: Date.now() });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete-tag`,
    summary: 'Take a tag of a version away.',
    needs: 'writer',
    about: aboutModel,
    request: DeleteModelVersionTagRequest,
    response: nothing,
    handle: async ({ name, version, key }, { context, caller }) => {
      const by = actorOf(caller);
      const number = parseVersion(version);
      await deleteRegistryTag(context.store, { name, version: number, key, by });
      const fact = { kind: 'model-version-tag-deleted', modelName: name, version: number } as const;
      context.changed({ ...fact, key, by, atMs: Date.now() });
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/get-download-uri`,
    summary: 'Where the files of a version are downloaded from.',
    needs: 'reader',
    about: aboutModel,
    request: ModelVersionRequest,
    response: z.object({ artifact_uri: z.string() }),
    handle: async ({ name, version }, { context }) => ({
      artifact_uri: await downloadUri(await readVersion(name, version, context), context),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/model-versions/get-artifact',
    at: 'root',
    summary: 'Download a file of a version.',
    needs: 'reader',
    about: aboutModel,
    request: z.intersection(ModelVersionRequest, z.object({ path: z.string().min(1) })),
    handle: async ({ name, version, path }, call) => {
      const file = safePath(path);
      const found = await readVersion(name, version, call.context);
      const files = await versionFiles(found.source, found, call.context);
      if (files === undefined) {
        throw new WireError(
          'NOT_IMPLEMENTED',
          `The files of this version are at ${found.source}, which this server does not read. Read them there.`,
        );
      }
      const whole = files.folder === '' ? file : `${files.folder}/${file}`;
      return download(files.owner, whole, call);
    },
  }),
];

async function readVersion(
  name: string,
  version: string,
  { store }: ServerContext,
): Promise<ModelVersion> {
  const number = parseVersion(version);
  const entry = await store.registry.read(name);
  // As in MLflow: what is missing is the version, also when its model is.
  if (entry === undefined) {
    throw new WireError(
      'RESOURCE_DOES_NOT_EXIST',
      `Model Version (name=${name}, version=${number}) not found`,
    );
  }
  return getVersion(entry.model, number);
}

async function create(
  message: CreateModelVersionRequest,
  { context, caller }: Call,
): Promise<ModelVersion> {
  const { name, source, description } = message;
  const { store, locations } = context;
  await getRegisteredModel(store, name);
  const runId = message.run_id ? parseRunId(message.run_id) : undefined;
  const modelId = message.model_id ? parseLoggedModelId(message.model_id) : undefined;
  const [model] = modelId === undefined ? [] : await store.loggedModels({ modelIds: [modelId] });
  const [run] = runId === undefined ? [] : await store.runs({ runIds: [runId] });
  const owner = model ? modelOwner(model) : run && runOwner(run);
  assertSafeModelSource(source, {
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
    ...(owner === undefined ? {} : { artifactUri: await locations.ofOwner(owner) }),
  });
  const facts = {
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
  };
  // What a version names is looked at when it is judged, be its files there or not.
  assertAllowed(caller, 'reader', [...experimentsOf(run, model), ...namedModel(source)]);
  const files = await versionFiles(source, facts, context);
  // Registering files makes them readable to those who may read the registered model.
  assertAllowed(caller, 'reader', experimentsOf(files?.owner));
  return createModelVersion(store, {
    name,
    source,
    ...facts,
    ...(await lineage(files?.owner, store)),
    ...(message.run_link ? { runLink: message.run_link } : {}),
    ...(description === undefined ? {} : { description }),
    tags: fromKeyValueMessages(message.tags ?? []),
    by: actorOf(caller),
  });
}

function experimentsOf(
  ...things: readonly ({ readonly experimentId: ExperimentId } | undefined)[]
): AccessTarget[] {
  return things.flatMap((it) => (it === undefined ? [] : [experimentTarget(it.experimentId)]));
}

/** The registered model whose version or alias a source names. */
function namedModel(source: string): AccessTarget[] {
  const name = /^models:\/+([^/@]+)[/@]/.exec(source)?.[1];
  return name === undefined ? [] : [aboutModel({ name })];
}

/** The logged model and the run behind a version's files, whether or not the request names them. */
async function lineage(
  owner: ArtifactOwner | undefined,
  store: Store,
): Promise<{ modelId?: LoggedModelId; runId?: RunId }> {
  if (owner?.kind !== 'model') return owner === undefined ? {} : { runId: owner.runId };
  const { modelId, sourceRunId } = await getLoggedModel(store, owner.modelId);
  return { modelId, ...(sourceRunId === undefined ? {} : { runId: sourceRunId }) };
}

async function transition(
  message: TransitionModelVersionStageRequest,
  { context, caller }: Call,
): Promise<ModelVersion> {
  const { name, comment, archive_existing_versions } = message;
  const by = actorOf(caller);
  const stage = parseModelStage(message.stage);
  if (archive_existing_versions && stage !== 'Staging' && stage !== 'Production') {
    throw invalidParameter(
      `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage. Valid stages are ['Staging', 'Production']`,
    );
  }
  const before = await readVersion(name, message.version, context);
  const version = await transitionStage(context.store, {
    name,
    version: before.version,
    stage,
    archiveExistingVersions: archive_existing_versions,
    ...(comment === undefined ? {} : { comment }),
    by,
  });
  if (version.stage !== before.stage) {
    context.changed({
      kind: 'model-version-stage-changed',
      modelName: name,
      version: version.version,
      fromStage: before.stage,
      toStage: version.stage,
      ...(comment === undefined ? {} : { comment }),
      by,
      atMs: version.lastUpdateTimeMs,
    });
  }
  return version;
}
