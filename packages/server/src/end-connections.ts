import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Default time for active requests after the server starts to close. */
const DEFAULT_GRACE_MS = 20_000;

/**
 * Closes the connections of a server that closes, in bounded time. Connections without a request close at once. An
 * active request is finished and answered with `Connection: close`; without that header a keep-alive client would
 * hold the server until its connection times out. A request that is not finished after `graceMs` is cut off and
 * logged. Fastify answers later requests with 503.
 */
export function endConnections(app: FastifyInstance, graceMs: number = DEFAULT_GRACE_MS): void {
  const connections = new OpenConnections();
  let timer: NodeJS.Timeout | undefined;
  app.server.on('connection', (socket: Socket) => connections.opened(socket));
  app.addHook('onRequest', (request, reply, done) => {
    // An injected request has no connection.
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
  /** The active requests of each connection. A client may send several before it reads an answer. */
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
      // The answer may have started before the server began to close, and promised keep-alive.
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
