import { TidemarkError } from '@tidemark/core';
import { isLoopbackHost } from './allowed-hosts.ts';

/**
 * Refuses to let other machines in when nobody would have to log in: anyone who reaches such a server
 * can read and change everything in the store.
 * @throws SERVER_EXPOSED
 */
export function assertNotExposed(options: {
  /** The address to listen on, as after `--host`. */
  readonly host: string;
  readonly authenticated: boolean;
  /** Whether `--insecure` says that this is meant. */
  readonly insecure: boolean;
}): void {
  const { host, authenticated, insecure } = options;
  if (authenticated || insecure || isLoopbackHost(host)) return;
  throw new TidemarkError(
    'SERVER_EXPOSED',
    `The address ${host} can be reached from other machines, and nobody would have to log in. Give --auth FILE (made with: tidemark auth add-user), or --insecure where the network itself keeps others out.`,
    { details: { host } },
  );
}
