import { InvalidArgumentError } from 'commander';
import { type CommandDefinition, option } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import type { ServeOptions } from './serve.ts';

/** `tidemark server`: the store over HTTP. */
export const server: CommandDefinition = {
  name: 'server',
  summary: "Serve a store over HTTP, as MLflow's tracking server: any MLflow client will do.",
  options: [
    option('-s, --store <address>', 'the store to serve, made with the first write'),
    option('--host <address>', 'the address to listen on', undefined, '127.0.0.1'),
    option('-p, --port <port>', 'the port to listen on; 0 takes a free one', portNumber, 5000),
    option(
      '--artifact-root <uri>',
      'where the artifacts of new experiments go: mlflow-artifacts:/ through the server into the store, or a path or URI that clients reach themselves',
      undefined,
      'mlflow-artifacts:/',
    ),
    option(
      '--allow-artifact-schemes <schemes>',
      'schemes of addresses on other hosts that versions may have, such as https,hdfs',
      names,
    ),
    option('--max-requests <count>', 'requests under way; more are answered 429', count, 1000),
    option('--auth <file>', 'users and tokens, made with: tidemark auth add-user'),
    option('--insecure', 'let other machines in without a login'),
    option('--allowed-hosts <names>', 'host names to answer to, with commas between', names),
    option('--cors-allowed-origins <origins>', 'origins whose pages may call, with commas', names),
    option(
      '--trust-proxy <proxies>',
      'proxies that say who calls: addresses, networks, loopback, private, or how many there are',
    ),
    option('--allow-private-webhooks', 'let webhooks lead to private addresses'),
    option('--grace <seconds>', 'how long requests under way have when it ends', seconds, 20),
    option(
      '--log-level <level>',
      'trace, debug, info (every request), warn or error',
      undefined,
      'warn',
    ),
  ],
  notes: `Clients find it by its address: MLFLOW_TRACKING_URI=http://127.0.0.1:5000
TIDEMARK_SECRET_KEY, when it is set, encrypts the secrets of webhooks.`,
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
