import { TidemarkError } from '@tidemark/core';
import { isLoopbackHost } from './allowed-hosts.ts';

/**
 * Refuses to listen for other machines without logins. Anyone who reaches such a server could read and change
 * everything in the store.
 * @throws SERVER_EXPOSED
 */
export function assertNotExposed(options: {
  /** The address to listen on, as after `--host`. */
  readonly host: string;
  readonly authenticated: boolean;
  /** Whether `--insecure` allows it. */
  readonly insecure: boolean;
}): void {
  const { host, authenticated, insecure } = options;
  if (authenticated || insecure || isLoopbackHost(host)) return;
  throw new TidemarkError(
    'SERVER_EXPOSED',
    `The address ${host} can be reached from other machines, and this server has no logins. Give --auth FILE (create the file with: tidemark auth add-user), or --insecure if the network itself keeps others out.`,
    { details: { host } },
  );
}
