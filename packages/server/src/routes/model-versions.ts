import {
  deleteModelVersion,
  deleteRegistryTag,
  type ModelVersion,
  parseModelStage,
  searchModelVersions,
  setRegistryTag,
  transitionStage,
  updateModelVersion,
} from '@tidemark/core';
import {
  CreateModelVersionRequest,
  DeleteModelVersionTagRequest,
  fromEvidenceMessage,
  listToWire,
  ModelVersionRequest,
  ModelVersionResponse,
  SearchModelVersionsResponse,
  SearchRegistryRequest,
  SetModelVersionTagRequest,
  TransitionModelVersionStageRequest,
  UpdateModelVersionRequest,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { actorOf } from '../access/access.ts';
import { readableStore } from '../access/readable-store.ts';
import { safePath } from '../artifacts/safe-path.ts';
import { downloadUri, versionFiles } from '../artifacts/version-files.ts';
import { type Call, defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { aboutModel } from './about.ts';
import { download } from './artifacts.ts';
import { createVersion } from './create-version.ts';
import { readVersion } from './read-version.ts';
import { parseVersion, versionMessage } from './registry-messages.ts';
import { searchOptions } from './search-options.ts';
import { tellChange } from './tell-change.ts';

const PATH = '/mlflow/model-versions';

/** Routes for versions of registered models: create, find, describe, move between stages, tag, delete, download. */
export const MODEL_VERSION_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: `${PATH}/create`,
    creates: true,
    summary:
      'Create the next version of a registered model, from a logged model or from files elsewhere.',
    needs: 'writer',
    about: aboutModel,
    request: CreateModelVersionRequest,
    response: ModelVersionResponse,
    handle: async (message, call) => {
      const version = await createVersion(message, call);
      const { name } = message;
      const fact = { kind: 'model-version-created', modelName: name, version } as const;
      tellChange(call, fact, version.creationTimeMs);
      return { model_version: versionMessage(name, version, call.request) };
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
    handle: async (message, call) => {
      const asked = searchOptions(message, { fallback: 10_000, greatest: 200_000 });
      const { versions, nextPageToken } = await searchModelVersions(call.context.store, asked);
      const messages = versions.map(({ modelName, version }) =>
        versionMessage(modelName, version, call.request),
      );
      return { model_versions: listToWire(messages), next_page_token: nextPageToken };
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
        summary: 'Move a version to a stage, if the rules of its model allow it.',
        needs: 'approver',
        about: aboutModel,
        request: TransitionModelVersionStageRequest,
        handle: async (message, call) => {
          const version = await transition(message, call);
          const json = versionMessage(message.name, version, call.request);
          return path.includes('databricks')
            ? { model_version_databricks: json }
            : { model_version: json };
        },
      }),
  ),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete`,
    summary: 'Delete a version with its aliases. Its number is never used again.',
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
    summary: 'Set a tag of a version. It records the digest of the version.',
    needs: 'writer',
    about: aboutModel,
    request: SetModelVersionTagRequest,
    response: nothing,
    handle: async ({ name, version: text, key, value, tidemark }, call) => {
      const version = parseVersion(text);
      const evidence = fromEvidenceMessage(tidemark);
      const by = actorOf(call.caller);
      await setRegistryTag(call.context.store, { name, version, key, value, evidence, by });
      tellChange(call, { kind: 'model-version-tag-set', modelName: name, version, key, value });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete-tag`,
    summary: 'Delete a tag of a version.',
    needs: 'writer',
    about: aboutModel,
    request: DeleteModelVersionTagRequest,
    response: nothing,
    handle: async ({ name, version: text, key }, call) => {
      const version = parseVersion(text);
      await deleteRegistryTag(call.context.store, { name, version, key, by: actorOf(call.caller) });
      tellChange(call, { kind: 'model-version-tag-deleted', modelName: name, version, key });
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/get-download-uri`,
    summary: 'Read the address of the files of a version.',
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
      // The files of a pinned version were checked when it was created. Another version shows what the reader may
      // read.
      const context =
        found.artifactsDigest === undefined
          ? { ...call.context, store: readableStore(call.context.store, call.caller) }
          : call.context;
      const files = await versionFiles(found.storageLocation ?? found.source, found, context);
      if (files === undefined) {
        throw new WireError(
          'NOT_IMPLEMENTED',
          `The files of this version are at ${found.source}, which this server does not read. Read them there.`,
        );
      }
      const whole = files.folder === '' ? file : `${files.folder}/${file}`;
      return download(files.owner, whole, { ...call, context });
    },
  }),
];

async function transition(
  message: TransitionModelVersionStageRequest,
  call: Call,
): Promise<ModelVersion> {
  const { context, caller } = call;
  const { name, comment, archive_existing_versions } = message;
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
    by: actorOf(caller),
  });
  if (version.stage !== before.stage) {
    const fact = {
      kind: 'model-version-stage-changed',
      modelName: name,
      version: version.version,
      fromStage: before.stage,
      toStage: version.stage,
      ...(comment === undefined ? {} : { comment }),
    } as const;
    tellChange(call, fact, version.lastUpdateTimeMs);
  }
  return version;
}
