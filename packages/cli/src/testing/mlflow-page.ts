import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A request of the page to the server, and the status of its answer. */
export interface PageRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
}

/** MLflow's page, served at a separate address in front of a server. */
export interface MlflowPage {
  readonly uri: string;
  /** The requests of the page to the server, in the order of the answers. */
  readonly requests: readonly PageRequest[];
  stop(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
const FILES = '/static-files/';

/**
 * Serves the build of MLflow's page like MLflow's server: its files below `/static-files/`, the page itself at `/`.
 * Everything else goes to the server at `serverUri` with all its headers, so that both have one origin.
 */
export async function serveMlflowPage(build: string, serverUri: string): Promise<MlflowPage> {
  const requests: PageRequest[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/' } = incoming;
    const file = path === '/' ? 'index.html' : fileOf(path);
    if (file !== undefined) {
      void sendFile(join(build, file), outgoing);
      return;
    }
    const { headers } = incoming;
    const passed = request(new URL(path, serverUri), { method, headers }, (answer) => {
      const { statusCode: status = 0 } = answer;
      requests.push({ method, path, status });
      outgoing.writeHead(status, answer.headers);
      pipeline(answer, outgoing).catch((error: Error) => outgoing.destroy(error));
    });
    // The page cancels requests when the browser leaves it.
    pipeline(incoming, passed).catch((error: Error) => outgoing.destroy(error));
    passed.on('error', (error) => outgoing.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    uri: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function fileOf(path: string): string | undefined {
  if (!path.startsWith(FILES)) return undefined;
  const [name = ''] = path.slice(FILES.length).split('?');
  return normalize(`/${name}`);
}

async function sendFile(file: string, outgoing: ServerResponse): Promise<void> {
  try {
    const content = await readFile(file);
    outgoing.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    outgoing.end(content);
  } catch {
    outgoing.writeHead(404).end();
  }
}
