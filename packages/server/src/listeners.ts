import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Returns the addresses of a host to listen on. `localhost` has one for IPv4 and, if the machine has IPv6, one for
 * IPv6.
 */
export async function addressesOf(host: string): Promise<readonly [string, ...string[]]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true });
  // IPv4 comes first, because it is the address for clients, and the only one on a machine without IPv6.
  const [first = host, ...others] = new Set(
    found.toSorted((a, b) => a.family - b.family).map(({ address }) => address),
  );
  return [first, ...others];
}

/**
 * Lets one server listen on several addresses with one port. The HTTP framework would create another server for
 * each address after the first. Connection limits and shutdown would not apply to those, and an address whose port
 * is in use would be skipped silently: clients of `localhost` could then reach another program. Here one server
 * gets the connections of all addresses.
 */
export class Listeners {
  readonly #app: FastifyInstance;
  readonly #others: Server[] = [];
  #closed: Promise<unknown> = Promise.resolve();

  /** Create it before the application is ready, and after `endConnections`. */
  constructor(app: FastifyInstance) {
    this.#app = app;
    app.addHook('preClose', (done) => {
      this.#closed = Promise.all(this.#others.map((other) => once(other.close(), 'close')));
      done();
    });
    // Hooks of this kind run from last to first, so the grace time of requests still runs until these finish.
    app.addHook('onClose', async () => {
      await this.#closed;
    });
  }

  /**
   * Starts to listen and returns the address for clients.
   * @throws EADDRINUSE when the port is in use on one address
   */
  async listen([first, ...more]: readonly [string, ...string[]], port: number): Promise<string> {
    let taken = port;
    try {
      // The listeners open first, so that nothing is open when one of them fails.
      for (const address of more) {
        const other = await this.#listenAt(address, taken);
        if (other !== undefined) taken = (other.address() as AddressInfo).port;
      }
      return await this.#app.listen({ host: first, port: taken });
    } catch (error) {
      for (const other of this.#others.splice(0)) other.close();
      throw error;
    }
  }

  async #listenAt(host: string, port: number): Promise<Server | undefined> {
    const { server } = this.#app;
    // The options are those of Node's HTTP server.
    const other = createServer({ allowHalfOpen: true, noDelay: true });
    other.maxConnections = server.maxConnections;
    other.on('connection', (socket) => server.emit('connection', socket));
    other.listen({ host, port });
    try {
      await once(other, 'listening');
    } catch (error) {
      if (isOfNoFamily(error)) return undefined;
      throw error;
    }
    other.on('error', (error) => server.emit('error', error));
    this.#others.push(other);
    return other;
  }
}

/** Returns whether the error means that this machine does not support the address family. */
function isOfNoFamily(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
