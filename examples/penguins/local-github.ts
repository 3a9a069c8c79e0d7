import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in for GitHub's REST API on the loopback. It has one file at one commit. */
export interface LocalGithub {
  readonly url: string;
  close(): void;
}

/** Serves the text of a file at `GET /repos/{owner}/{repo}/contents/{path}?ref={sha}`; other requests get 404. */
export async function serveFile(file: {
  path: string;
  sha: string;
  text: string;
}): Promise<LocalGithub> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const known =
      decodeURIComponent(url.pathname).endsWith(`/contents/${file.path}`) &&
      url.searchParams.get('ref') === file.sha;
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    const content = Buffer.from(file.text).toString('base64');
    response.end(
      JSON.stringify(
        known
          ? { type: 'file', encoding: 'base64', path: file.path, content }
          : { message: 'Not Found' },
      ),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
