import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { openApiDocument } from '../dispatch/openapi.ts';
import { defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { packageVersion } from '../version.ts';
import { NOT_FOUND_PAGE } from '../wire/html-pages.ts';
import { SENT } from '../wire/sent.ts';
import { START_PAGE_POLICY, startPage } from '../wire/start-page.ts';

/** The page at `/` of a server without the page of `@tidemark/ui`. */
export const START_PAGE_ROUTE: Route = defineRoute({
  method: 'GET',
  path: '/',
  at: 'root',
  summary: 'Show a page for people, with the ways to connect a client.',
  needs: 'nothing',
  request: z.unknown(),
  handle: (_message, { request, reply }) => {
    if (request.originalUrl !== '/') {
      reply.code(404);
      return text(reply, NOT_FOUND_PAGE);
    }
    reply.header('content-security-policy', START_PAGE_POLICY);
    reply.header('referrer-policy', 'no-referrer');
    return text(reply, startPage(`${request.protocol}://${request.host}`, packageVersion()));
  },
});

/** Routes about the server itself. `routes` returns the routes that /openapi.json documents. */
export function systemRoutes(routes: () => readonly Route[]): readonly Route[] {
  let document: string | undefined;
  return [
    defineRoute({
      method: 'GET',
      path: '/health',
      at: 'root',
      summary: 'Check that the server answers.',
      needs: 'nothing',
      request: nothing,
      handle: (_message, { reply }) => text(reply, 'OK'),
    }),
    defineRoute({
      method: 'GET',
      path: '/version',
      at: 'root',
      summary: 'Read the version of the server.',
      needs: 'nothing',
      request: nothing,
      handle: (_message, { reply }) => text(reply, packageVersion()),
    }),
    defineRoute({
      method: 'GET',
      path: '/openapi.json',
      at: 'root',
      summary: 'Read this document.',
      needs: 'nothing',
      request: nothing,
      handle: (_message, { reply }) => {
        document ??= JSON.stringify(openApiDocument(routes(), packageVersion()));
        reply.header('content-type', 'application/json').send(Buffer.from(document));
        return SENT;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/mlflow/server-info',
      at: '3.0',
      summary: 'Read the kind and the features of the server.',
      needs: 'nothing',
      request: nothing,
      // MLflow's clients know `FileStore` as the file store that MLflow has dropped, and look at no other field.
      handle: () => ({
        store_type: null,
        workspaces_enabled: false,
        trace_archival_enabled: false,
        // Supported but not announced, so that clients stream the file in one request.
        multipart_uploads_enabled: false,
        multipart_downloads_enabled: false,
        artifact_serving_enabled: true,
        presigned_upload_run_id_supported: true,
        presigned_upload_model_id_supported: true,
        model_artifact_presigned_downloads_supported: false,
        artifacts_presigned_only: false,
        features_enabled: { gateway: false, scheduled_issue_detection: false },
        tracking_auth: '',
        tidemark: packageVersion(),
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/mlflow/ui-telemetry',
      at: '3.0',
      summary: "Read the telemetry settings of MLflow's page: telemetry is off.",
      needs: 'nothing',
      request: nothing,
      // The answer of MLflow's server with telemetry switched off (telemetry/constant.py, FALLBACK_UI_CONFIG).
      handle: () => ({
        disable_ui_telemetry: true,
        disable_ui_events: [],
        ui_rollout_percentage: 0,
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/mlflow/ui-telemetry',
      at: '3.0',
      summary: "Ignore the telemetry of MLflow's page.",
      needs: 'nothing',
      request: nothing,
      handle: () => ({ status: 'disabled' }),
    }),
  ];
}

function text(reply: FastifyReply, content: string): typeof SENT {
  reply.header('content-type', 'text/html; charset=utf-8').send(content);
  return SENT;
}
