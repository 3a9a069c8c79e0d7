import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { openApiDocument } from '../openapi.ts';
import { defineRoute, type Route, SENT } from '../route.ts';
import { packageVersion } from '../version.ts';

const nothing = z.object({});

/** What the server says of itself. `routes` are those that /openapi.json documents. */
export function systemRoutes(routes: () => readonly Route[]): readonly Route[] {
  let document: string | undefined;
  return [
    defineRoute({
      method: 'GET',
      path: '/health',
      at: 'root',
      summary: 'Whether the server answers.',
      needs: 'nothing',
      request: nothing,
      handle: (_message, { reply }) => text(reply, 'OK'),
    }),
    defineRoute({
      method: 'GET',
      path: '/version',
      at: 'root',
      summary: "The server's version.",
      needs: 'nothing',
      request: nothing,
      handle: (_message, { reply }) => text(reply, packageVersion()),
    }),
    defineRoute({
      method: 'GET',
      path: '/openapi.json',
      at: 'root',
      summary: 'This document.',
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
      summary: 'What kind of server this is.',
      needs: 'nothing',
      request: nothing,
      // MLflow's clients take `FileStore` for its own, which it has dropped, and look at nothing else.
      handle: () => ({
        store_type: null,
        workspaces_enabled: false,
        trace_archival_enabled: false,
        // Served when asked for; a client that is not told streams the file in one request.
        multipart_uploads_enabled: false,
        multipart_downloads_enabled: false,
        presigned_upload_run_id_supported: true,
        presigned_upload_model_id_supported: true,
        features_enabled: { gateway: false },
        tidemark: packageVersion(),
      }),
    }),
  ];
}

function text(reply: FastifyReply, content: string): typeof SENT {
  reply.header('content-type', 'text/html; charset=utf-8').send(content);
  return SENT;
}
