import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { viewOf } from '../access/store-view.ts';
import { defineRoute, type Route } from '../dispatch/route.ts';
import { SENT } from '../wire/sent.ts';
import { invalidParameter } from '../wire/wire-error.ts';
import type { SqlAnswer, SqlQuestion, SqlRunner } from './sql-runner.ts';

/** Queries are written by people and programs. A megabyte is far more than any of them needs. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_MAX_ROWS = 10_000;
const GREATEST_MAX_ROWS = 1_000_000;

/** The media types that the route answers in, the first by default. */
const FORMATS: readonly (readonly [mediaType: string, format: SqlQuestion['format']])[] = [
  ['application/json', 'json'],
  ['application/vnd.apache.arrow.stream', 'arrow'],
];

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Parameter = z.union([Scalar, z.null(), z.array(Scalar)]);

const SqlRequest = z.object({
  query: z.string().min(1),
  parameters: z.union([z.array(Parameter), z.record(z.string(), Parameter)]).optional(),
  max_rows: z.number().int().min(0).max(GREATEST_MAX_ROWS).optional(),
});

const SqlResponse = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  is_cut: z.boolean(),
  rows: z.array(z.record(z.string(), z.unknown())),
});

/**
 * Returns the route for SQL over what the caller may read. `Accept` chooses between JSON and an Arrow IPC stream. The query
 * ends when the client goes.
 */
export function sqlRoute(runner: SqlRunner): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/tidemark/sql',
    at: 'root',
    summary: 'Run one SQL query over what the caller may read. Accept chooses the form.',
    needs: 'reader',
    // The view of the caller has what they may read.
    about: () => [],
    request: SqlRequest,
    response: SqlResponse,
    otherForms: ['application/vnd.apache.arrow.stream'],
    isNoMessage: true,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    handle: async (message, { context, caller, request, reply }) => {
      const { query: sql, parameters = [], max_rows: maxRows = DEFAULT_MAX_ROWS } = message;
      const format = formatOf(request.headers.accept);
      const gone = goneSignal(reply);
      const view = await viewOf(context.store, caller);
      const answer = await runner.run({ sql, parameters, maxRows, format, view }, gone);
      send(answer, reply);
      return SENT;
    },
  });
}

function send({ mediaType, isCut, bytes }: SqlAnswer, reply: FastifyReply): void {
  reply
    .headers({
      'content-type': mediaType,
      'cache-control': 'no-store',
      'x-tidemark-is-cut': String(isCut),
    })
    .send(Readable.from(bytes, { objectMode: false }));
}

/** Returns a signal that aborts when the client disconnects before it has the whole answer. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new Error('The client disconnected.'));
  });
  return gone.signal;
}

/** Returns the format for the first media type that the client accepts. Weights do not count. */
function formatOf(accept = '*/*'): SqlQuestion['format'] {
  for (const part of accept.split(',')) {
    const wanted = (part.split(';')[0] ?? '').trim().toLowerCase();
    const [major] = wanted.split('/');
    const found = FORMATS.find(
      ([mediaType]) =>
        wanted === mediaType ||
        wanted === '*/*' ||
        (wanted === `${major}/*` && mediaType.startsWith(`${major}/`)),
    );
    if (found !== undefined) return found[1];
  }
  throw invalidParameter(
    `The route answers in ${FORMATS.map(([mediaType]) => mediaType).join(' or ')}. Accept one of them.`,
  );
}
