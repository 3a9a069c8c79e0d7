import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

interface Receiving {
  readonly request: IncomingMessage;
  readonly before: number | undefined;
}

/**
 * Watches how fast requests come in, and ends the connections of clients that are slower than any real network: a
 * client that sends a byte now and then would hold a connection permanently. A total time, as Node has it in
 * `requestTimeout`, would end large uploads instead; so the pace is what counts.
 */
export class PaceWatch {
  readonly #leastBytes: number;
  /** Sockets with a request that may still be coming in, and their bytes at the last look. */
  readonly #receiving = new Map<Socket, Receiving>();

  /** @param leastBytes what a request in progress has to bring from one look to the next */
  constructor(server: Server, leastBytes: number) {
    this.#leastBytes = leastBytes;
    // Before Fastify's own listener, which may read the request whole at once.
    server.prependListener('request', (request: IncomingMessage) => this.#watch(request));
  }

  /** Ends who brought too little since the last look; who began since then has had no full turn yet. */
  look(): void {
    for (const [socket, { request, before }] of this.#receiving) {
      // For a request whose body is not read, such as a download, `end` comes with that of the response.
      if (request.complete) this.#receiving.delete(socket);
      else if (before !== undefined && socket.bytesRead - before < this.#leastBytes) {
        socket.destroy();
      } else this.#receiving.set(socket, { request, before: socket.bytesRead });
    }
  }

  #watch(request: IncomingMessage): void {
    const { socket } = request;
    this.#receiving.set(socket, { request, before: undefined });
    const end = (): void => {
      this.#receiving.delete(socket);
    };
    request.once('end', end);
    request.once('close', end);
  }
}
