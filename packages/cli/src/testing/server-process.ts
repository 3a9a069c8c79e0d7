import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A `tidemark server` that runs as its users start it. */
export interface ServerProcess {
  /** Such as `http://127.0.0.1:43017`. */
  readonly uri: string;
  readonly process: ChildProcess;
  /** Ends it as a terminal would, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts `tidemark server` on a free port, and waits until it says that it is ready. */
export async function startServerProcess(...options: readonly string[]): Promise<ServerProcess> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const main = fileURLToPath(new URL('run-tidemark.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      ...['--import', tsx, '--conditions=@tidemark/source'],
      ...[main, 'server', '--port', '0', ...options],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  for await (const line of createInterface(child.stdout)) {
    const uri = /http:\/\/[\w.[\]:]+:\d+/.exec(line)?.[0];
    if (uri === undefined) continue;
    return {
      uri,
      process: child,
      async stop() {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      },
    };
  }
  throw new Error(`tidemark server ended before it was ready:\n${told}`);
}
