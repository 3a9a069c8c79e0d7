import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bundleScript } from '@tidemark/test-kit';

/** A `tidemark server` that runs like those of users. */
export interface ServerProcess {
  /** Such as `http://127.0.0.1:43017`. */
  readonly uri: string;
  readonly process: ChildProcess;
  /** What it has written to the standard error stream so far. */
  errors(): string;
  /** Ends it like a terminal does, and waits until it has ended. */
  stop(): Promise<void>;
}

/** Returns the words of a command line that starts `tidemark` from its source. */
export async function tidemarkWords(...words: readonly string[]): Promise<string[]> {
  const main = await bundleScript(new URL('run-tidemark.ts', import.meta.url));
  return [process.execPath, main, ...words];
}

/** Returns the words of a command line that starts `tidemark server` from its source, on a free port. */
export function serverCommand(...options: readonly string[]): Promise<string[]> {
  return tidemarkWords('server', '--port', '0', ...options);
}

/** Starts `tidemark server` on a free port, and waits until it is ready. */
export async function startServerProcess(...options: readonly string[]): Promise<ServerProcess> {
  return startedBy(await serverCommand(...options));
}

/**
 * Starts a server that is cut off this many milliseconds after the grace of its requests, which is `grace` seconds.
 */
export async function startServerLeftWithin(
  closingMs: number,
  options: { readonly store: string; readonly grace: number },
): Promise<ServerProcess> {
  const script = await bundleScript(new URL('serve-within.ts', import.meta.url));
  return startedBy([process.execPath, script, String(closingMs), JSON.stringify(options)]);
}

/** Starts a server by the words of its command line, and waits until it is ready. */
export async function startedBy(
  [program = '', ...words]: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  // npm may run the tests, and the server must not end with that npm.
  const { npm_lifecycle_event: _, ...env } = process.env;
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...environment },
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  for await (const line of createInterface(child.stdout)) {
    // The store may be a server too.
    const uri = / at (http:\/\/[\w.[\]:]+:\d+)/.exec(line)?.[1];
    if (uri === undefined) continue;
    return {
      uri,
      process: child,
      errors: () => output,
      async stop() {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      },
    };
  }
  throw new Error(`tidemark server ended before it was ready:\n${output}`);
}
