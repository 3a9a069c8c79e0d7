import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches how fast requests come in, and ends the connections of those slower than anybody's network: a
 * client that sends a byte now and then would hold a connection for ever. A total time, as Node has it in
 * `requestTimeout`, would end large uploads instead; so the pace is what counts.
 */
export class PaceWatch {
  readonly #leastBytes: number;
  /** Sockets with a request not yet received whole, and their bytes at the last look. */
  readonly #receiving = new Map<Socket, number | undefined>();

  /** @param leastBytes what a request in progress has to bring from one look to the next */
  constructor(server: Server, leastBytes: number) {
    this.#leastBytes = leastBytes;
    // Before Fastify's own listener, which may read the request whole at once.
    server.prependListener('request', (request: IncomingMessage) => this.#watch(request));
  }

  /** Ends who brought too little since the last look; who began since then has had no full turn yet. */
  look(): void {
    for (const [socket, before] of this.#receiving) {
      if (before !== undefined && socket.bytesRead - before < this.#leastBytes) socket.destroy();
      else this.#receiving.set(socket, socket.bytesRead);
    }
  }

  #watch(request: IncomingMessage): void {
    const { socket } = request;
    this.#receiving.set(socket, undefined);
    const end = (): void => {
      this.#receiving.delete(socket);
    };
    request.once('end', end);
    request.once('close', end);
  }
}
