import ipaddr from 'ipaddr.js';

/** A Host header: a name, an IPv4 address or an IPv6 address in brackets, and perhaps a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[^\s:[\]@/\\?#]+)(?::\d{1,5})?$/i;

/**
 * Whether a request may be for this host. A page of an attacker can have its name resolve to an address
 * of ours (DNS rebinding), and the browser then takes our answers for the page's own; but it still sends
 * the page's name, and that is refused. Without a list, loopback names and literal addresses of private
 * networks pass, as in MLflow (server/security_utils.py; but there `10.*` is matched as text, so that
 * `10.evil.example` passes too). Loopback always passes: no page of another host can send it.
 * @param allowed names such as `mlflow.example.org`, with `*` for any characters, with or without a port
 */
export function isAllowedHost(header: string | undefined, allowed?: readonly string[]): boolean {
  const host = HOST.exec(header ?? '')?.[1];
  if (header === undefined || host === undefined) return false;
  if (isLoopbackHost(host)) return true;
  if (allowed === undefined) return host === '0.0.0.0' || addressRange(host) === 'private';
  return allowed.some((pattern) => matches(pattern, header) || matches(pattern, host));
}

/** Whether a host, as in a Host header or after `--host`, is this machine and none other. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === 'localhost' || addressRange(host) === 'loopback';
}

/** Whether a text is one of a list, in which `*` stands for any characters. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split('*').map(escapeRegExp);
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text.toLowerCase());
}

function addressRange(host: string): string | undefined {
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  // ipaddr.js reads 127.1 and 0x7f000001 too; a Host header has them only in an attack.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address))
    return undefined;
  const range = ipaddr.process(address).range();
  return range === 'uniqueLocal' ? 'private' : range;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
