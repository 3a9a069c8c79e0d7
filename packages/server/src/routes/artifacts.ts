import {
  type ArtifactOwner,
  folderOfArtifact,
  getLoggedModel,
  getRun,
  type LoggedModelId,
  nameOfArtifact,
  type RunId,
  removeArtifact,
} from '@tidemark/core';
import {
  ListArtifactsRequest,
  ListArtifactsResponse,
  listToWire,
  RunIdRequest,
  toFileInfoMessage,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { below, PROXY_ROOT } from '../artifacts/artifact-locations.ts';
import { artifactSource, storedArtifacts } from '../artifacts/artifact-source.ts';
import { listArtifacts } from '../artifacts/list-artifacts.ts';
import { modelOwner, resolveProxyPath, runOwner } from '../artifacts/proxy-path.ts';
import { aboutProxyPath, proxiedFile, requestBytes } from '../artifacts/proxy-request.ts';
import { safePath } from '../artifacts/safe-path.ts';
import { sendArtifact } from '../artifacts/send-artifact.ts';
import { writeArtifact } from '../artifacts/write-artifact.ts';
import { type Call, defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { aboutLoggedModel, aboutRun } from './about.ts';
import { assertNoToken } from './offset-token.ts';

const PROXY = '/mlflow-artifacts/artifacts';
/** The rest of the path, which Fastify calls `*`. */
const proxied = z.object({ '*': z.string() });
const runArtifact = z.intersection(RunIdRequest, z.object({ path: z.string().min(1) }));

/** Routes for artifacts: lists, downloads, and the proxy through which clients read and write artifacts. */
export const ARTIFACT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/mlflow/artifacts/list',
    summary: 'List a folder of the artifacts of a run.',
    needs: 'reader',
    about: aboutRun,
    request: ListArtifactsRequest,
    response: ListArtifactsResponse,
    handle: async ({ run_id, path, page_token }, { context }) => {
      assertNoToken(page_token);
      const run = await getRun(context.store, run_id as RunId);
      return listArtifacts(context, runOwner(run), path);
    },
  }),
  defineRoute({
    method: 'GET',
    path: PROXY,
    summary: 'List a folder of the artifact proxy. The answer has names, not paths.',
    needs: 'reader',
    about: ({ path = '' }, context) => aboutProxyPath(path, context),
    request: z.object({ path: z.string().optional() }),
    response: ListArtifactsResponse,
    handle: async ({ path = '' }, { context }) => {
      const found = await resolveProxyPath(context.store, context.locations, path);
      if (found === undefined) return {};
      const entries = await context.store.artifacts.list(
        found.owner,
        found.path === '' ? undefined : found.path,
      );
      const files = entries.map((entry) => ({
        ...toFileInfoMessage(entry),
        path: nameOfArtifact(entry.path),
      }));
      return { files: listToWire(files) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PROXY}/*`,
    body: 'bytes',
    summary: 'Download a file.',
    needs: 'reader',
    about: (message, context) => aboutProxyPath(message['*'], context),
    request: proxied,
    handle: async (message, call) => {
      const file = await proxiedFile(message['*'], call.context);
      const source = storedArtifacts(call.context.store, file.owner);
      return sendArtifact(call, { ...file, place: message['*'], source });
    },
  }),
  defineRoute({
    method: 'PUT',
    path: `${PROXY}/*`,
    body: 'bytes',
    summary: 'Upload a file. The server records its size and SHA-256.',
    needs: 'writer',
    about: (message, context) => aboutProxyPath(message['*'], context),
    request: proxied,
    response: nothing,
    handle: async (message, call) => {
      const { owner, path } = await proxiedFile(message['*'], call.context);
      await writeArtifact(call.context, owner, path, requestBytes(call.request));
      return {};
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PROXY}/*`,
    body: 'bytes',
    summary: 'Delete a file or a folder. Files that a model version needs are kept.',
    needs: 'writer',
    about: (message, context) => aboutProxyPath(message['*'], context),
    request: proxied,
    response: nothing,
    handle: async (message, { context }) => {
      const { owner, path } = await proxiedFile(message['*'], context);
      const entries = await context.store.artifacts.list(owner, folderOfArtifact(path));
      // As in MLflow, deleting a file that does not exist is not an error.
      if (!entries.some((entry) => entry.path === path)) return {};
      await removeArtifact(context.store, owner, path);
      return {};
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/get-artifact',
    at: 'root',
    summary: 'Download an artifact of a run.',
    needs: 'reader',
    about: aboutRun,
    request: runArtifact,
    handle: async ({ run_id, path }, call) => {
      const file = safePath(path);
      const run = await getRun(call.context.store, run_id as RunId);
      return download(runOwner(run), file, call);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow/upload-artifact',
    at: 'ajax',
    body: 'bytes',
    summary: 'Upload a small artifact of a run, as the user interface does.',
    needs: 'writer',
    about: aboutRun,
    request: runArtifact,
    handle: async ({ run_id, path }, call) => {
      const file = safePath(path);
      const run = await getRun(call.context.store, run_id as RunId);
      await writeArtifact(call.context, runOwner(run), file, requestBytes(call.request));
      return {};
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow/logged-models/:model_id/artifacts/files',
    at: 'ajax',
    summary: 'Download a file of a logged model.',
    needs: 'reader',
    about: aboutLoggedModel,
    request: z.object({ model_id: z.string(), artifact_file_path: z.string().min(1) }),
    handle: async ({ model_id, artifact_file_path }, call) => {
      const file = safePath(artifact_file_path);
      const model = await getLoggedModel(call.context.store, model_id as LoggedModelId);
      return download(modelOwner(model), file, call);
    },
  }),
];

/** Sends one file of an owner from wherever its artifacts are. */
export async function download(owner: ArtifactOwner, path: string, call: Call): Promise<unknown> {
  const { store, locations } = call.context;
  const source = await artifactSource(store, locations, owner);
  const place = below(await locations.ofOwner(owner), path);
  return sendArtifact(call, { owner, path, place: place.replace(PROXY_ROOT, ''), source });
}
