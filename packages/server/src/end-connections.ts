import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How long requests under way may take once the server is ending, by default. */
const DEFAULT_GRACE_MS = 20_000;

/**
 * Ends the connections of a server that closes, in bounded time. Connections without a request end at
 * once. A request under way is finished, and its answer says `Connection: close`; without that a
 * keep-alive client would hold the server until its connection times out. What is not finished after
 * `graceMs` is cut off and logged. Requests that arrive later are answered 503 by Fastify.
 */
export function endConnections(app: FastifyInstance, graceMs: number = DEFAULT_GRACE_MS): void {
  const connections = new OpenConnections();
  let timer: NodeJS.Timeout | undefined;
  app.server.on('connection', (socket: Socket) => connections.opened(socket));
  app.addHook('onRequest', (request, reply, done) => {
    // A request that was injected has no connection.
    if (request.raw.socket instanceof Socket) connections.began(request, reply);
    done();
  });
  app.addHook('preClose', (done) => {
    connections.end();
    timer = setTimeout(() => connections.cut(), graceMs);
    done();
  });
  // Fastify closes its server before it runs these hooks, and waits for the connections there.
  app.addHook('onClose', async () => clearTimeout(timer));
}

class OpenConnections {
  /** The requests under way on each connection; a client may send several before it reads. */
  readonly #requests = new Map<Socket, Map<FastifyReply, FastifyRequest>>();
  #ending = false;

  opened(socket: Socket): Map<FastifyReply, FastifyRequest> {
    const known = this.#requests.get(socket);
    if (known !== undefined) return known;
    const requests = new Map<FastifyReply, FastifyRequest>();
    this.#requests.set(socket, requests);
    socket.once('close', () => this.#requests.delete(socket));
    return requests;
  }

  began(request: FastifyRequest, reply: FastifyReply): void {
    const { socket } = request.raw;
    const requests = this.opened(socket);
    requests.set(reply, request);
    if (this.#ending) reply.raw.shouldKeepAlive = false;
    reply.raw.once('close', () => {
      requests.delete(reply);
      // The answer may have begun before the end did, and said keep-alive.
      if (this.#ending && requests.size === 0) socket.destroySoon();
    });
  }

  end(): void {
    this.#ending = true;
    for (const [socket, requests] of this.#requests) {
      if (requests.size === 0) socket.destroy();
      for (const { raw } of requests.keys()) raw.shouldKeepAlive = false;
    }
  }

  cut(): void {
    for (const [socket, requests] of this.#requests) {
      for (const request of requests.values()) {
        request.log.warn({ req: request }, 'request cut off: not finished when the server ended');
      }
      socket.destroy();
    }
  }
}
