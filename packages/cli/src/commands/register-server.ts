import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../terminal.ts';
import type { ServeOptions } from './serve.ts';

/** `server`: the store over HTTP. */
export function registerServer(program: Command, terminal: Terminal): void {
  program
    .command('server')
    .description("Serve a store over HTTP, as MLflow's tracking server: any MLflow client will do.")
    .option('-s, --store <address>', 'the store to serve, made with the first write')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('-p, --port <port>', 'the port to listen on; 0 takes a free one', portNumber, 5000)
    .option(
      '--artifact-root <uri>',
      'where the artifacts of new experiments go: mlflow-artifacts:/ through the server into the store, or a path or URI that clients reach themselves',
      'mlflow-artifacts:/',
    )
    .option('--auth <file>', 'users and tokens, made with: tidemark auth add-user')
    .option('--insecure', 'let other machines in without a login')
    .option('--allowed-hosts <names>', 'host names to answer to, with commas between', names)
    .option('--cors-allowed-origins <origins>', 'origins whose pages may call, with commas', names)
    .option('--allow-private-webhooks', 'let webhooks lead to private addresses')
    .option('--log-level <level>', 'trace, debug, info (every request), warn or error', 'warn')
    .addHelpText(
      'after',
      `
Clients find it by its address: MLFLOW_TRACKING_URI=http://127.0.0.1:5000
TIDEMARK_SECRET_KEY, when it is set, encrypts the secrets of webhooks.`,
    )
    .action(async (options: ServeOptions) => {
      const [{ serve }, { serverProcess }] = await Promise.all([
        import('./serve.ts'),
        import('../server-process.ts'),
      ]);
      await serve(options, terminal, serverProcess());
    });
}

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}
