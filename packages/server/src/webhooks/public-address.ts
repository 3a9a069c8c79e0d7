import { lookup as resolve } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { TidemarkError } from '@tidemark/core';
import ipaddr from 'ipaddr.js';

/** Returns all addresses of a name, like `dns.lookup`. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** The rules for addresses of webhooks. */
export interface AddressRules {
  /** Whether private, loopback and link-local addresses are allowed, and plain http. */
  readonly allowPrivate: boolean;
  /** Default: the system's resolver. */
  readonly resolver?: Resolver;
}

/**
 * Networks that carry an IPv4 address in their last 32 bits: those of translators (RFC 6052, RFC 8215), and the old
 * IPv4-compatible addresses (RFC 4291, 2.5.5.1).
 */
const AROUND_IPV4 = [
  ipaddr.parseCIDR('64:ff9b::/96'),
  ipaddr.parseCIDR('64:ff9b:1::/96'),
  ipaddr.parseCIDR('::/96'),
] as const;

/**
 * Returns whether an address belongs to the public internet, and not to this machine, a private network or a
 * cloud's metadata service. It also checks an IPv4 address inside an IPv6 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  let parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6) {
    const bytes = parsed.toByteArray();
    if (parsed.range() === '6to4') parsed = ipaddr.fromByteArray(bytes.slice(2, 6));
    else if (AROUND_IPV4.some((network) => parsed.match(network))) {
      parsed = ipaddr.fromByteArray(bytes.slice(12));
    }
  }
  // Every named range is refused (private, loopback, linkLocal, carrierGradeNat, reserved, teredo, multicast …).
  return parsed.range() === 'unicast';
}

/**
 * Checks the address of a new webhook: https, a host without credentials, and a name all of whose addresses are
 * public. The messages begin like MLflow's (utils/validation.py).
 * @throws WEBHOOK_URL_FORBIDDEN
 */
export async function assertDeliverable(text: string, rules: AddressRules): Promise<URL> {
  const schemes = rules.allowPrivate ? ['https', 'http'] : ['https'];
  if (text.trim() === '') {
    throw forbidden(`Webhook URL cannot be empty or just whitespace: ${JSON.stringify(text)}`);
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (!schemes.includes(scheme)) {
    throw forbidden(
      `Invalid webhook URL scheme: '${scheme}'. Allowed schemes are: ${schemes.join(', ')}.`,
    );
  }
  if (!URL.canParse(text)) throw forbidden(`Webhook URL must include a hostname: '${text}'`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw forbidden(
      'The webhook URL contains a user name or password, which every user who lists webhooks would see. Give a secret instead, and check the signature at the receiver.',
    );
  }
  const host = hostOf(url);
  let addresses: readonly string[];
  try {
    addresses = await addressesOf(host, rules);
  } catch (cause) {
    throw forbidden(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const closed = rules.allowPrivate ? undefined : addresses.find((each) => !isPublicAddress(each));
  if (closed !== undefined) {
    throw forbidden(
      `Webhook URL must not resolve to a non-public IP address. '${host}' resolves to ${closed}.`,
    );
  }
  return url;
}

/**
 * Returns the `lookup` function of connections that deliver. The name is resolved once and checked, and the
 * connection goes to the checked address: a name that resolves differently the second time gains nothing. Node does
 * not call it for a literal address, which only `assertDeliverable` checks.
 */
export function checkedLookup(rules: AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    addressesOf(hostname, rules).then(
      (addresses) => {
        const open = addresses.filter((address) => rules.allowPrivate || isPublicAddress(address));
        const [first] = open;
        if (first === undefined || open.length < addresses.length) {
          callback(forbidden(`'${hostname}' resolves to a non-public IP address.`), '', 0);
        } else if (options.all === true) {
          callback(
            null,
            open.map((address) => ({ address, family: isIP(address) })),
          );
        } else callback(null, first, isIP(first));
      },
      (error: Error) => callback(error, '', 0),
    );
  };
}

/** Resolves a name. @throws a plain error when it has no address now: the next time it may have one */
async function addressesOf(
  host: string,
  { resolver = systemResolver }: AddressRules,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  let addresses: readonly string[];
  try {
    addresses = await resolver(host);
  } catch (cause) {
    throw new Error(
      `Cannot resolve webhook URL hostname '${host}': ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  if (addresses.length > 0) return addresses;
  throw new Error(
    `Cannot resolve webhook URL hostname '${host}': the name has no address now. Check the name, or try again later.`,
  );
}

async function systemResolver(hostname: string): Promise<readonly string[]> {
  return (await resolve(hostname, { all: true })).map(({ address }) => address);
}

/** Returns the host without the brackets of an IPv6 address. `URL` has normalised 127.1 and 0x7f000001 already. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function forbidden(message: string, cause?: unknown): TidemarkError {
  return new TidemarkError('WEBHOOK_URL_FORBIDDEN', message, { cause });
}
