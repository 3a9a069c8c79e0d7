import { TidemarkError } from '@tidemark/core';

const GREATEST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows a redirect only for a GET, to the same host, and never from https to http. Any other
 * redirect would send credentials or content to a server that you did not name, and a write that becomes a GET
 * would seem to have succeeded. Private addresses are allowed, because the caller gave the first address. The
 * webhooks of the server, whose addresses come from clients, have their own guard
 * (decision 51).
 * @throws SERVER_UNSUITABLE for any other redirect; the errors of `send`
 */
export async function sendGuarded(
  send: (url: string, init: RequestInit) => Promise<Response>,
  url: string,
  init: RequestInit,
): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(at, { ...init, redirect: 'manual' });
    // A browser does not reveal the target: the answer is opaque, with status 0.
    if (!REDIRECTS.has(response.status) && response.type !== 'opaqueredirect') return response;
    await response.body?.cancel();
    const next = nextUrl(response.headers.get('location'), at);
    const isRead = init.method === undefined || init.method === 'GET';
    if (!isRead || next === undefined || redirects === GREATEST_REDIRECTS) throw refused(url, next);
    if (!staysThere(new URL(at), next)) throw refused(url, next);
    at = next.href;
  }
}

function nextUrl(location: string | null, at: string): URL | undefined {
  return location !== null && URL.canParse(location, at) ? new URL(location, at) : undefined;
}

/**
 * Returns whether the target is the same origin, or the same host over https instead of http on their usual ports.
 */
function staysThere(from: URL, to: URL): boolean {
  if (to.origin === from.origin) return true;
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:';
  return isUpgrade && to.hostname === from.hostname && from.port === '' && to.port === '';
}

function refused(url: string, next: URL | undefined): TidemarkError {
  const from = new URL(url).origin;
  const where = next === undefined ? 'elsewhere' : `to ${next.origin}`;
  return new TidemarkError(
    'SERVER_UNSUITABLE',
    `${from} redirects this request ${where}. The redirect was not followed, because it would send credentials or content to an address that you did not give. If that server is the right one, use its address.`,
    { details: { baseUrl: from, ...(next === undefined ? {} : { redirectedTo: next.origin }) } },
  );
}
