import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The addresses to listen at for a host: `localhost` is one of IPv4 and, where there is IPv6, one more. */
export async function addressesOf(host: string): Promise<readonly [string, ...string[]]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true });
  // IPv4 first: it is the one to tell clients, and there where a name for IPv6 is left over.
  const [first = host, ...others] = new Set(
    found.toSorted((a, b) => a.family - b.family).map(({ address }) => address),
  );
  return [first, ...others];
}

/**
 * Lets one server listen at several addresses with one port. The HTTP framework would create another server for each
 * address after the first. The connection limits and the shutdown would not apply to those, and an address whose port
 * is taken would be skipped silently: clients of `localhost` would then meet another program there. Here their
 * connections are handed to the one server.
 */
export class Listeners {
  readonly #app: FastifyInstance;
  readonly #others: Server[] = [];
  #closed: Promise<unknown> = Promise.resolve();

  /** To be made before the application is ready, after what ends its connections. */
  constructor(app: FastifyInstance) {
    this.#app = app;
    app.addHook('preClose', (done) => {
      this.#closed = Promise.all(this.#others.map((other) => once(other.close(), 'close')));
      done();
    });
    // Hooks of this kind run last to first: the time that requests have runs on until these are through.
    app.addHook('onClose', async () => {
      await this.#closed;
    });
  }

  /** Begins to listen; the address to give to clients. @throws EADDRINUSE when the port is taken at one of them */
  async listen([first, ...more]: readonly [string, ...string[]], port: number): Promise<string> {
    let taken = port;
    try {
      // First of all, so that nothing is open when one of them cannot be.
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
    // As Node makes servers of HTTP.
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

/** Whether the name has an address of a family that this machine does not speak. */
function isOfNoFamily(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
