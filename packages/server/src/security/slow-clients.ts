import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

interface Receiving {
  readonly request: IncomingMessage;
  readonly before: number | undefined;
}

/**
 * Watches the pace of requests and closes the connections of clients that are slower than any real network. A
 * client that sends a byte now and then would otherwise hold a connection permanently. A total time, like Node's
 * `requestTimeout`, would end large uploads instead.
 */
export class PaceWatch {
  readonly #leastBytes: number;
  /** Sockets whose request may still be arriving, and their bytes at the last check. */
  readonly #receiving = new Map<Socket, Receiving>();

  /** @param leastBytes the bytes that an arriving request must bring between two checks */
  constructor(server: Server, leastBytes: number) {
    this.#leastBytes = leastBytes;
    // Runs before Fastify's own listener, which may read the whole request at once.
    server.prependListener('request', (request: IncomingMessage) => this.#watch(request));
  }

  /**
   * Closes connections that were too slow since the last check. A request that started since then is not checked
   * yet.
   */
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
