import type { Terminal } from '../../terminal.ts';
import { serve } from '../server/serve.ts';
import type { ServerProcess } from '../server/server-process.ts';
import { openBrowser } from './open-browser.ts';

/** Options of `tidemark ui`. */
export interface UiOptions {
  readonly store?: string;
  /** Whether to open the browser. */
  readonly open: boolean;
}

/** Seconds that active requests have after the page is closed. Nothing depends on them. */
const GRACE_S = 1;
const MOST_REQUESTS = 1000;
const SQL_TIME_S = 60;

/** Serves a store on a free port of this machine, and opens its page, until the process is asked to end. */
export async function showPage(
  { store, open }: UiOptions,
  terminal: Terminal,
  process: ServerProcess,
): Promise<void> {
  const options = {
    ...(store === undefined ? {} : { store }),
    host: '127.0.0.1',
    port: 0,
    maxRequests: MOST_REQUESTS,
    logLevel: 'warn',
    grace: GRACE_S,
    sql: true,
    sqlTime: SQL_TIME_S,
  };
  await serve(options, terminal, process, {
    onListening: async (address) => {
      if (open && !(await openBrowser(address))) {
        terminal.error(`No browser opened here. Open ${address} yourself.\n`);
      }
    },
  });
}
