import ipaddr from 'ipaddr.js';

/** The bits of an IPv6 address that name the network of one customer (RFC 6177). The customer chooses the others. */
const IPV6_NETWORK_BITS = 64;

/**
 * Returns the name under which failures of an address are counted. All addresses of one IPv6 network count as one,
 * because one machine has 2^64 of them. An IPv4 address in IPv6, also behind a NAT64 gateway, counts as that address.
 */
export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray();
  if (parsed.range() === 'rfc6052') return ipaddr.fromByteArray(bytes.slice(12)).toString();
  const network = bytes.map((byte, at) => (at < IPV6_NETWORK_BITS / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(network)}/${IPV6_NETWORK_BITS}`;
}
