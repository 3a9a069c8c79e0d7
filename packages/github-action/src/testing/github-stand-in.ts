import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** The content of a test's GitHub: files by commit, and the commits of its branches. */
export interface GithubContent {
  /** `<sha>:<path>` → text. */
  readonly files: Readonly<Record<string, string>>;
  readonly branches?: Readonly<Record<string, string>>;
  /** Answers every request with this status. */
  readonly status?: number;
}

/** A server that answers the gate's requests as GitHub's REST API does. */
export interface GithubStandIn {
  readonly url: string;
  /** The requests that it received, with their tokens. */
  readonly requests: readonly { readonly path: string; readonly authorization: string }[];
}

/** Starts a stand-in on the loopback; it stops when the test ends. */
export async function githubStandIn(content: GithubContent): Promise<GithubStandIn> {
  const requests: { path: string; authorization: string }[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(url.pathname);
    const authorization = request.headers.authorization ?? '';
    requests.push({ path: `${path}${url.search}`, authorization });
    const [status, body] = answer(content, path, url.searchParams.get('ref') ?? '');
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function answer(content: GithubContent, path: string, ref: string): [number, unknown] {
  if (content.status !== undefined) return [content.status, { message: 'Server Error' }];
  const branch = /^\/repos\/[^/]+\/[^/]+\/branches\/(.+)$/.exec(path)?.[1];
  const sha = branch === undefined ? undefined : content.branches?.[branch];
  if (sha !== undefined) return [200, { name: branch, commit: { sha } }];
  const file = /^\/repos\/[^/]+\/[^/]+\/contents\/(.+)$/.exec(path)?.[1];
  const text = file === undefined ? undefined : content.files[`${ref}:${file}`];
  if (text === undefined) return [404, { message: 'Not Found', status: '404' }];
  return [
    200,
    { type: 'file', encoding: 'base64', path: file, content: wrapped(text), size: text.length },
  ];
}

/** GitHub breaks base64 into lines of 60. */
function wrapped(text: string): string {
  return Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n');
}
