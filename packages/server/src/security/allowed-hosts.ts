import ipaddr from 'ipaddr.js';

/** A Host header: a name, an IPv4 address or an IPv6 address in brackets, and an optional port. */
const HOST = /^(\[[0-9a-f:.]+\]|[^\s:[\]@/\\?#]+)(?::\d{1,5})?$/i;

/**
 * Returns whether the server answers requests for this host. With DNS rebinding, the name of an attacker's page
 * resolves to our address, and the browser treats our answers as the page's own. But it still sends the page's
 * name, which is refused. Without a list, loopback names and literal addresses of private networks pass, as in
 * MLflow (server/security_utils.py; but MLflow matches `10.*` as text, so that `10.evil.example` passes too).
 * Loopback always passes, because no page of another host can send it.
 * @param allowed names such as `mlflow.example.org`, with `*` for any characters, with or without a port
 */
export function isAllowedHost(header: string | undefined, allowed?: readonly string[]): boolean {
  const host = HOST.exec(header ?? '')?.[1];
  if (header === undefined || host === undefined) return false;
  if (isLoopbackHost(host)) return true;
  if (allowed === undefined) return host === '0.0.0.0' || addressRange(host) === 'private';
  return allowed.some((pattern) => matches(pattern, header) || matches(pattern, host));
}

/** Returns whether a host, as in a Host header or after `--host`, is this machine only. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === 'localhost' || addressRange(host) === 'loopback';
}

/** Returns whether a text matches a pattern, in which `*` stands for any characters. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split('*').map(escapeRegExp);
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text.toLowerCase());
}

function addressRange(host: string): string | undefined {
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  // ipaddr.js also accepts 127.1 and 0x7f000001. In a Host header only an attack has them.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address))
    return undefined;
  const range = ipaddr.process(address).range();
  return range === 'uniqueLocal' ? 'private' : range;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
