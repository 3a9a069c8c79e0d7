import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { assertArguments, TidemarkError } from '@tidemark/core';
import ipaddr from 'ipaddr.js';

/** Returns whether a proxy is trusted, from its address or from its number of hops before the server. */
export type TrustedProxies = (address: string, hop: number) => boolean;

/** The sender and the address of a request, as trusted proxies report them. */
export interface Forwarded {
  /** The rightmost address that is not a trusted proxy. */
  readonly address: string;
  readonly protocol?: string;
  readonly host?: string;
}

const NAMED_RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};
const GREATEST_HOPS = 32;
const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.-]{1,253})(?::\d{1,5})?$/i;
/** Matches `for=…;proto=…`, each value a token or a quoted string (RFC 7239, 4). */
const FORWARDED_PAIR = /(?:^|;)\s*(\w+)=("(?:[^"\\]|\\.)*"|[^;\s]*)\s*(?=;|$)/g;
// An unclosed quote takes the rest, so that every header is read only once.
const FORWARDED_ELEMENT = /(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|[^,"])+/g;

/**
 * Parses `--trust-proxy`: a number of proxies before the server, or addresses, networks (`10.0.0.0/8`) and the
 * names `loopback` and `private`, separated by commas.
 * @throws INVALID_ARGUMENT
 *
 * @example
 * ```ts
 * await createServer({ store, trustProxy: parseTrustedProxies('10.0.0.0/8,loopback') });
 * ```
 */
export function parseTrustedProxies(text: string): TrustedProxies {
  assertArguments({ text }, 'parseTrustedProxies', { text: 'string' });
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= GREATEST_HOPS) {
    return (_address, hop) => hop < Number(text);
  }
  const names = text.split(',').flatMap((part) => {
    const name = part.trim();
    return Object.hasOwn(NAMED_RANGES, name) ? (NAMED_RANGES[name] ?? []) : [name];
  });
  const networks = names.map((name) => {
    const network = networkOf(name);
    if (network !== undefined) return network;
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(name)} is not the address of a proxy. Give addresses or networks such as 10.0.0.0/8, loopback, private, or a number of proxies from 1 to ${GREATEST_HOPS}.`,
    );
  });
  return (address) => {
    const parsed = addressOf(address);
    return (
      parsed !== undefined &&
      networks.some(
        ([network, bits]) =>
          network.kind() === parsed.kind() && parsed.match([network, bits] as never),
      )
    );
  };
}

/**
 * Returns what trusted proxies report about a request. Every proxy appends the address that called it, so the list
 * is read from its right end. The first address that is not a trusted proxy is the client's. The client may have
 * invented everything left of it. If X-Forwarded-For and Forwarded disagree, one of them came from the client: then
 * neither is trusted, and the proxy counts as the client. If they agree, one may still be the client's: then only a
 * protocol and a host that both report count.
 */
export function forwardedBy(
  peer: string,
  headers: IncomingHttpHeaders,
  trusts: TrustedProxies,
): Forwarded {
  if (!trusts(peer, 0)) return { address: peer };
  const standard = readForwarded(headers.forwarded);
  const listed = split(headers['x-forwarded-for']);
  const chains = [
    ...(listed.length === 0 ? [] : [follow(peer, listed, trusts)]),
    ...(standard.length === 0
      ? []
      : [
          follow(
            peer,
            standard.map(({ for: from = '' }) => from),
            trusts,
          ),
        ]),
  ];
  const [chain = { address: peer, hops: 1 }, other] = chains;
  if (other !== undefined && other.address !== chain.address) return { address: peer };
  const outermost = standard.at(-Math.min((other ?? chain).hops, standard.length));
  const reported = (kind: 'proto' | 'host'): string | undefined => {
    const value = entryOf(split(headers[`x-forwarded-${kind}`]), chain.hops);
    if (standard.length === 0) return value;
    if (listed.length === 0) return outermost?.[kind];
    // The client knows its own address, so one of the two lists may still be its own. Only what both say is certain.
    return value?.toLowerCase() === outermost?.[kind]?.toLowerCase() ? value : undefined;
  };
  const protocol = reported('proto');
  const host = reported('host');
  return {
    address: chain.address,
    ...(protocol !== undefined && /^https?$/i.test(protocol)
      ? { protocol: protocol.toLowerCase() }
      : {}),
    ...(host !== undefined && HOST.test(host) ? { host } : {}),
  };
}

/**
 * Removes everything from a request's headers that trusted proxies did not report. What remains is one
 * X-Forwarded-For, one X-Forwarded-Proto, and as Host the host that the client asked for. Call it before anything
 * reads the headers.
 */
export function settleForwarded(request: IncomingMessage, trusts: TrustedProxies): void {
  const { headers } = request;
  const peer = request.socket.remoteAddress ?? '';
  const { address, protocol, host } = forwardedBy(peer, headers, trusts);
  for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']) {
    delete headers[name];
  }
  if (address !== peer) headers['x-forwarded-for'] = address;
  if (protocol !== undefined) headers['x-forwarded-proto'] = protocol;
  if (host !== undefined) headers.host = host;
}

/**
 * Walks from the right end to the first address that is not a trusted proxy. `hops` counts the proxies on the way.
 */
function follow(
  peer: string,
  listed: readonly string[],
  trusts: TrustedProxies,
): { readonly address: string; readonly hops: number } {
  let address = peer;
  let hops = 0;
  while (trusts(address, hops)) {
    hops += 1;
    const before = addressOf(listed.at(-hops));
    if (hops > listed.length || before === undefined) break;
    address = before.toString();
  }
  return { address, hops: Math.max(hops, 1) };
}

/**
 * Returns the entry that the outermost trusted proxy appended. A proxy may also replace the whole header by one
 * entry.
 */
function entryOf(entries: readonly string[], hops: number): string | undefined {
  return entries.at(-Math.min(hops, entries.length));
}

function split(header: string | readonly string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : ((header as string | undefined) ?? '');
  return text.trim() === '' ? [] : text.split(',').map((entry) => entry.trim());
}

function readForwarded(header: string | undefined): Readonly<Record<string, string | undefined>>[] {
  return [...(header ?? '').matchAll(FORWARDED_ELEMENT)].map(([element]) =>
    Object.fromEntries(
      [...element.trim().matchAll(FORWARDED_PAIR)].map(([, name = '', value = '']) => [
        name.toLowerCase(),
        value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value,
      ]),
    ),
  );
}

/**
 * Parses `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`. An IPv4 address in IPv6 becomes
 * IPv4.
 */
function addressOf(text: string | undefined): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text ?? '')?.[1] ?? text?.replace(/^([\d.]+):\d+$/, '$1');
  if (bare === undefined) return undefined;
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  return ipaddr.process(bare);
}

function networkOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  const [address = '', bits] = text.split('/');
  const parsed = addressOf(address);
  if (parsed === undefined || text.split('/').length > 2) return undefined;
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return [parsed, most];
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? [parsed, Number(bits)] : undefined;
}
