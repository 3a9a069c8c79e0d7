import { serve } from '../commands/server/serve.ts';
import { serverProcess } from '../commands/server/server-process.ts';
import { closeOpenedStores } from '../open.ts';
import { processTerminal } from '../terminal.ts';

// `tidemark server` with another time to close: `<milliseconds> <options as JSON>`.
const [, , closingMs, options = '{}'] = process.argv;
await serve(
  {
    ...{ host: '127.0.0.1', port: 0, maxRequests: 1000, logLevel: 'warn', sql: false, sqlTime: 60 },
    ...(JSON.parse(options) as { store: string; grace: number }),
  },
  processTerminal(),
  serverProcess(),
  { closingMs: Number(closingMs) },
);
await closeOpenedStores();
