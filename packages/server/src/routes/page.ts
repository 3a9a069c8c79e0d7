import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { defineRoute, type Route } from '../dispatch/route.ts';
import { NOT_FOUND_PAGE } from '../wire/html-pages.ts';
import { SENT } from '../wire/sent.ts';

/** A page for browsers, which the server sends at `/`. `@tidemark/ui` has one. */
export interface Page {
  /** The content security policy of `index.html`. */
  readonly policy: string;
  /**
   * The files by their path, such as `index.html` and `assets/main-1a2b.js`. The name of a file in `assets` changes with its
   * content.
   */
  readonly files: ReadonlyMap<string, PageFile>;
}

/** A file of a page, plain and compressed. */
export interface PageFile {
  readonly mediaType: string;
  readonly plain: Uint8Array;
  readonly gzip: Uint8Array;
  readonly brotli: Uint8Array;
}

const YEAR_S = 31_536_000;

/** Returns the routes of the files of a page. They have no data, so they need no login; what they ask for does. */
export function pageRoutes(page: Page): readonly Route[] {
  return [...page.files].map(([path, file]) => {
    const isIndex = path === 'index.html';
    const tag = `"${createHash('sha256').update(file.plain).digest('base64url').slice(0, 22)}"`;
    return defineRoute({
      method: 'GET',
      path: isIndex ? '/' : `/${path}`,
      at: 'root',
      summary: isIndex ? 'Show the page for people.' : 'Read a file of the page.',
      needs: 'nothing',
      request: z.unknown(),
      handle: (_message, { request, reply }) => {
        // Fastify folds several slashes into one, and some of these addresses belong to something else.
        if (isIndex && !/^\/(\?|$)/.test(request.originalUrl)) {
          reply.code(404).header('content-type', 'text/html; charset=utf-8').send(NOT_FOUND_PAGE);
          return SENT;
        }
        reply.headers({
          'content-security-policy': page.policy,
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cache-control': path.startsWith('assets/')
            ? `public, max-age=${YEAR_S}, immutable`
            : 'no-cache',
          etag: tag,
        });
        sendFile(file, tag, request, reply);
        return SENT;
      },
    });
  });
}

function sendFile(
  { mediaType, plain, gzip, brotli }: PageFile,
  tag: string,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.headers({ 'content-type': mediaType, vary: 'accept-encoding' });
  if (headers['if-none-match'] === tag) {
    reply.code(304).send();
    return;
  }
  const accepted = String(headers['accept-encoding'] ?? '');
  if (accepts(accepted, 'br')) reply.header('content-encoding', 'br').send(brotli);
  else if (accepts(accepted, 'gzip')) reply.header('content-encoding', 'gzip').send(gzip);
  else reply.send(plain);
}

/** Whether a client accepts an encoding. A weight of zero refuses it. */
function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return name === encoding && !parameters.some((text) => /^q=0(\.0*)?$/.test(text));
  });
}
