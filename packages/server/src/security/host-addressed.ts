import type { FastifyRequest } from 'fastify';
import { invalidParameter } from '../wire/wire-error.ts';
import { isLoopbackHost } from './allowed-hosts.ts';

/**
 * Schemes whose address names the host of the files (mlflow/store/artifact/host_policy.py). To open such a source
 * is to connect to any host that its author chose.
 */
const HOST_ADDRESSED = new Set([
  ...['http', 'https', 'ftp', 'sftp', 'hdfs', 'viewfs'],
  ...['mlflow-artifacts', 'r2', 'b2', 'abfss'],
]);

/** The policy for addresses with a host. */
export interface HostPolicy {
  /** Schemes that are allowed for any host. Default: none. */
  readonly allowedSchemes: readonly string[];
  /** The artifact root of the server. Its host is trusted. */
  readonly artifactRoot: string;
  /** Names of this server, with or without a port. */
  readonly serverHosts: readonly string[];
}

/**
 * Returns whether a host with its port is this server. The Host header by itself proves nothing, because the client
 * writes it. The name counts if it is configured, or if it is the address at which the request arrived.
 */
export function isOwnHost(
  host: string,
  request: OwnRequest,
  serverHosts: readonly string[],
): boolean {
  const asked = request.host.toLowerCase();
  if (host.toLowerCase() !== asked) return false;
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(asked) ?? [];
  if (serverHosts.some((known) => [asked, name].includes(known.toLowerCase()))) return true;
  const { localAddress = '', localPort } = request.socket;
  if ((port || '80') !== String(localPort)) return false;
  const address = localAddress.replace(/^::ffff:/, '');
  return isLoopbackHost(name) ? isLoopbackHost(address) : name.replace(/^\[|\]$/g, '') === address;
}

/** The parts of a request that identify the server. */
export type OwnRequest = Pick<FastifyRequest, 'host'> & {
  readonly socket: Pick<FastifyRequest['socket'], 'localAddress' | 'localPort'>;
};

/**
 * Refuses an address of files on a host that is neither this server nor the host of its artifact root, as in MLflow
 * 3.17.
 * @param field the field of the request that has the address
 * @throws WireError INVALID_PARAMETER_VALUE
 */
export function assertHostAllowed(
  address: string,
  field: string,
  request: OwnRequest,
  { allowedSchemes, artifactRoot, serverHosts }: HostPolicy,
): void {
  const { scheme, host } = addressed(address);
  if (scheme === undefined || !HOST_ADDRESSED.has(scheme)) return;
  // `mlflow-artifacts:/a` is a location on this server.
  if (scheme === 'mlflow-artifacts' && host === '') return;
  if (allowedSchemes.includes(scheme)) return;
  const root = addressed(artifactRoot);
  if (root.host !== '' && host === root.host) return;
  if (isOwnHost(host, request, serverHosts)) return;
  throw invalidParameter(
    `'${field}' cannot use the '${scheme}' scheme: it names a host other than this server or its artifact root, and opening it connects to that host. Start the server with --allow-artifact-schemes ${scheme} to allow it.`,
  );
}

/** Returns the scheme and the host with its port, in lower case. An unknown host is `?`. */
function addressed(address: string): { scheme: string | undefined; host: string } {
  const [, scheme, slashes, authority = ''] =
    /^([a-z][a-z0-9+.-]*):(\/\/)?([^/?#]*)/i.exec(address.trim()) ?? [];
  if (slashes === undefined) return { scheme: scheme?.toLowerCase(), host: '' };
  // Some clients end the authority at a backslash, others read another authority after it.
  const host = /[\\\s]/.test(authority) ? '?' : authority.slice(authority.lastIndexOf('@') + 1);
  return { scheme: scheme?.toLowerCase(), host: host.toLowerCase() };
}
