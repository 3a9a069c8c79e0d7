import { InvalidArgumentError } from 'commander';
import { type CommandDefinition, option } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import type { ServeOptions } from './serve.ts';

/** `tidemark server`: the store over HTTP. */
export const server: CommandDefinition = {
  name: 'server',
  summary: "Serve a store over MLflow's REST API, for any MLflow client.",
  options: [
    option('-s, --store <address>', 'the store to serve, which the first write creates'),
    option('--host <address>', 'the address to listen on', undefined, '127.0.0.1'),
    option('-p, --port <port>', 'the port to listen on, or 0 for a free one', portNumber, 5000),
    option(
      '--artifact-root <uri>',
      'where the artifacts of new experiments go: mlflow-artifacts:/ through the server into the store, or a path or URI that clients reach themselves',
      undefined,
      'mlflow-artifacts:/',
    ),
    option(
      '--allow-artifact-schemes <schemes>',
      'schemes such as https,hdfs with which model versions may name other hosts',
      names,
    ),
    option(
      '--max-requests <count>',
      'the most active requests; others get status 429',
      count,
      1000,
    ),
    option('--auth <file>', 'file of users and tokens from: tidemark auth add-user'),
    option('--insecure', 'allow access from other machines without logins'),
    option('--allowed-hosts <names>', 'host names of this server, separated by commas', names),
    option(
      '--cors-allowed-origins <origins>',
      'origins whose pages may call, separated by commas',
      names,
    ),
    option(
      '--trust-proxy <proxies>',
      'proxies that report the client: addresses, networks, loopback, private, or their number',
    ),
    option('--no-sql', 'do not answer SQL'),
    option('--sql-time <seconds>', 'time for one SQL query with its answer', seconds, 60),
    option(
      '--sql-memory <megabytes>',
      'memory for one SQL query (default: a quarter of the machine)',
      count,
    ),
    option('--allow-private-webhooks', 'allow webhooks to private addresses'),
    option('--grace <seconds>', 'time for active requests when the server stops', seconds, 20),
    option(
      '--log-level <level>',
      'trace, debug, info (every request), warn or error',
      undefined,
      'warn',
    ),
  ],
  notes: `Clients connect with MLFLOW_TRACKING_URI=http://127.0.0.1:5000
TIDEMARK_SECRET_KEY encrypts the secrets of webhooks (default: a key file).`,
  async action(options: ServeOptions, terminal: Terminal) {
    const [{ serve }, { serverProcess }] = await Promise.all([
      import('./serve.ts'),
      import('./server-process.ts'),
    ]);
    await serve(options, terminal, serverProcess());
  },
};

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function seconds(text: string): number {
  if (/^\d{1,5}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a number of seconds, 0 or more.');
}

function count(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number, 1 or more.');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}
