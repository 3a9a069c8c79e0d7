import {
  type ArtifactOwner,
  folderOfArtifact,
  getLoggedModel,
  getRun,
  type LoggedModelId,
  type RunId,
} from '@tidemark/core';
import { CompleteMultipartUploadRequest, CreateMultipartUploadRequest } from '@tidemark/mlflow';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { below, isProxied, PROXY_ROOT } from '../artifacts/artifact-locations.ts';
import { storedArtifacts } from '../artifacts/artifact-source.ts';
import { modelOwner, runOwner } from '../artifacts/proxy-path.ts';
import { aboutProxyPath, proxiedFile, requestBytes } from '../artifacts/proxy-request.ts';
import { safePath } from '../artifacts/safe-path.ts';
import { sendArtifact } from '../artifacts/send-artifact.ts';
import type { SignedGrant } from '../artifacts/url-signer.ts';
import { writeArtifact } from '../artifacts/write-artifact.ts';
import { type Call, defineRoute, nothing, type Route } from '../dispatch/route.ts';
import type { ServerContext } from '../dispatch/server-context.ts';
import { steadyNowMs } from '../steady-clock.ts';
import { SENT } from '../wire/sent.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { aboutLoggedModel, aboutRunId } from './about.ts';

/** Default lifetime of a signed address, the same as MLflow's. */
const DEFAULT_LIFETIME_SECONDS = 900;
const GREATEST_LIFETIME_SECONDS = 7 * 24 * 3600;
/** A part may wait for the parts before it. */
const PART_LIFETIME_SECONDS = 24 * 3600;

const SIGNED = '/mlflow-artifacts/signed';
const proxied = { '*': z.string() };
const signed = { expires: z.coerce.number(), signature: z.string() };
const presignedRequest = z.object({
  run_id: z.string().optional(),
  model_id: z.string().optional(),
  path: z.string().min(1),
  expiration: z.coerce.number().int().positive().max(GREATEST_LIFETIME_SECONDS).optional(),
});
const presignedResponse = z.object({
  presigned_url: z.string(),
  headers: z.record(z.string(), z.string()),
});

/** Routes for multipart uploads and for signed addresses, which carry their own permission. */
export const ARTIFACT_UPLOAD_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/mlflow-artifacts/mpu/create/*',
    summary: 'Start a multipart upload. The answer has an address for each part.',
    needs: 'writer',
    about: (message, context) => aboutProxyPath(message['*'], context),
    request: z.intersection(CreateMultipartUploadRequest, z.object(proxied)),
    handle: async (message, { context, request }) => {
      const target = await uploadTarget(message, context);
      const { num_parts } = message;
      const nowMs = Math.ceil(steadyNowMs());
      const uploadId = await context.uploads.create(target, num_parts, nowMs);
      const expiresAtMs = nowMs + PART_LIFETIME_SECONDS * 1000;
      const credentials = Array.from({ length: num_parts }, (_, index) => {
        const part = index + 1;
        const grant: SignedGrant = {
          action: 'upload-part',
          target: `${uploadId}/${part}`,
          expiresAtMs,
        };
        const query = context.signer.sign(grant);
        const path = `/api/2.0/mlflow-artifacts/mpu/parts/${uploadId}/${part}`;
        return { url: `${origin(request)}${path}?${query}`, part_number: part, headers: {} };
      });
      return { upload_id: uploadId, credentials };
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/mlflow-artifacts/mpu/parts/:upload_id/:part_number',
    body: 'bytes',
    summary: 'Upload a part to its address.',
    needs: 'nothing',
    request: z.object({ upload_id: z.string(), part_number: z.coerce.number(), ...signed }),
    handle: async ({ upload_id, part_number, ...given }, { context, request, reply }) => {
      assertSigned(context, 'upload-part', `${upload_id}/${part_number}`, given);
      const content = requestBytes(request);
      const pieces = content instanceof Uint8Array ? once(content) : content;
      const etag = await context.uploads.putPart(upload_id, part_number, pieces);
      reply.header('etag', etag).send();
      return SENT;
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow-artifacts/mpu/complete/*',
    summary: 'Complete a multipart upload.',
    needs: 'writer',
    about: (message, context) => aboutProxyPath(message['*'], context),
    request: z.intersection(CompleteMultipartUploadRequest, z.object(proxied)),
    response: nothing,
    handle: async (message, { context }) => {
      const target = await uploadTarget(message, context);
      const { owner, path } = await proxiedFile(target, context);
      const content = context.uploads.content(message.upload_id, target, message.parts);
      await writeArtifact(context, owner, path, content);
      await context.uploads.discard(message.upload_id, target);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mlflow-artifacts/mpu/abort/*',
    summary: 'Abort a multipart upload.',
    needs: 'writer',
    about: (message, context) => aboutProxyPath(message['*'], context),
    request: z.intersection(CompleteMultipartUploadRequest, z.object(proxied)),
    response: nothing,
    handle: async (message, { context }) => {
      const target = await uploadTarget(message, context);
      await context.uploads.discard(message.upload_id, target);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mlflow-artifacts/presigned/*',
    body: 'bytes',
    summary:
      'Sign an address from which a file can be downloaded without credentials until it expires.',
    needs: 'reader',
    about: (message, context) => aboutProxyPath(message['*'], context),
    request: z.object(proxied),
    handle: async (message, { context, request }) => {
      const { owner, path } = await proxiedFile(message['*'], context);
      await assertThere(context, owner, path);
      const lifetime = DEFAULT_LIFETIME_SECONDS;
      return { url: signedUrl('download', message['*'], lifetime, context, request), headers: {} };
    },
  }),
  ...(['upload', 'download'] as const).map((action) =>
    defineRoute({
      method: 'POST',
      path: `/mlflow/artifacts/presigned-${action}-url`,
      summary: `Sign an address that allows the ${action} of one file without credentials until it expires.`,
      needs: action === 'upload' ? 'writer' : 'reader',
      about: ({ run_id, model_id }, context) =>
        model_id ? aboutLoggedModel({ model_id }, context) : aboutRunId(run_id ?? '', context),
      request: presignedRequest,
      response: presignedResponse,
      handle: async ({ run_id, model_id, path, expiration }, { context, request }) => {
        const owner = await ownerOf(run_id, model_id, context);
        const file = safePath(path);
        const root = await context.locations.ofOwner(owner);
        if (!isProxied(root)) {
          throw invalidParameter(
            `The artifacts are at ${root}, which this server does not serve. Read or write them there.`,
          );
        }
        if (action === 'download') await assertThere(context, owner, file);
        const target = below(root, file).slice(PROXY_ROOT.length);
        const lifetime = expiration ?? DEFAULT_LIFETIME_SECONDS;
        return {
          presigned_url: signedUrl(action, target, lifetime, context, request),
          headers: {},
        };
      },
    }),
  ),
  defineRoute({
    method: 'GET',
    path: `${SIGNED}/download/*`,
    body: 'bytes',
    summary: 'Download a file with a signed address.',
    needs: 'nothing',
    request: z.object({ ...proxied, ...signed }),
    handle: async (message, call) => {
      const { '*': target, ...given } = message;
      assertSigned(call.context, 'download', target, given);
      const file = await proxiedFile(target, call.context);
      const source = storedArtifacts(call.context.store, file.owner);
      return sendArtifact(call, { ...file, place: target, source });
    },
  }),
  defineRoute({
    method: 'PUT',
    path: `${SIGNED}/upload/*`,
    body: 'bytes',
    summary: 'Upload a file with a signed address.',
    needs: 'nothing',
    request: z.object({ ...proxied, ...signed }),
    response: nothing,
    handle: async (message, { context, request }) => {
      const { '*': target, ...given } = message;
      assertSigned(context, 'upload', target, given);
      const { owner, path } = await proxiedFile(target, context);
      await writeArtifact(context, owner, path, requestBytes(request));
      return {};
    },
  }),
];

/** Returns the proxy path of the whole file: the path of the request is its folder, the body has its name. */
async function uploadTarget(
  message: { readonly '*': string; readonly path: string },
  context: ServerContext,
): Promise<string> {
  const name = message.path.slice(
    Math.max(message.path.lastIndexOf('/'), message.path.lastIndexOf('\\')) + 1,
  );
  const target = `${message['*'].replace(/\/+$/, '')}/${name}`;
  await proxiedFile(target, context);
  return target;
}

async function ownerOf(
  runId: string | undefined,
  modelId: string | undefined,
  { store }: ServerContext,
): Promise<ArtifactOwner> {
  if (Boolean(runId) === Boolean(modelId)) {
    throw invalidParameter('Exactly one of run_id and model_id must be provided.');
  }
  return runId
    ? runOwner(await getRun(store, runId as RunId))
    : modelOwner(await getLoggedModel(store, modelId as LoggedModelId));
}

async function assertThere(
  { store }: ServerContext,
  owner: ArtifactOwner,
  path: string,
): Promise<void> {
  const entries = await store.artifacts.list(owner, folderOfArtifact(path));
  if (entries.some((entry) => entry.path === path && !entry.isFolder)) return;
  throw new WireError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
}

function signedUrl(
  action: 'upload' | 'download',
  target: string,
  lifetimeSeconds: number,
  { signer }: ServerContext,
  request: FastifyRequest,
): string {
  const expiresAtMs = Math.ceil(steadyNowMs()) + lifetimeSeconds * 1000;
  const path = target.split('/').map(encodeURIComponent).join('/');
  const query = signer.sign({ action, target, expiresAtMs });
  return `${origin(request)}/api/2.0${SIGNED}/${action}/${path}?${query}`;
}

function assertSigned(
  { signer }: ServerContext,
  action: SignedGrant['action'],
  target: string,
  { expires, signature }: { readonly expires: number; readonly signature: string },
): void {
  if (signer.verify({ action, target, expiresAtMs: expires }, signature, steadyNowMs())) return;
  throw new WireError(
    'PERMISSION_DENIED',
    'The signed address has expired, or another server signed it. Request a new one.',
  );
}

/** Returns the address under which the client reached the server. */
function origin({ protocol, host }: Call['request']): string {
  return `${protocol}://${host}`;
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
