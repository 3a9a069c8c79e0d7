import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** How long a server may take to start on a busy machine. */
const START_DEADLINE_MS = 900_000;

/** A running `mlflow server` with an empty SQLite database. */
export interface MlflowServer {
  readonly uri: string;
  stop(): Promise<void>;
}

/** Starts MLflow's own server from the virtual environment of `python`, with its files in a new folder. */
export async function startMlflowServer(python: string): Promise<MlflowServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  const port = await freePort();
  const server = spawn(
    join(dirname(python), 'mlflow'),
    [
      'server',
      ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ...['--artifacts-destination', join(folder, 'artifacts')],
    ],
    { cwd: folder, detached: true, stdio: 'ignore' },
  );
  const uri = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!(await isUp(uri))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop(server);
      throw new Error(`mlflow server did not start (exit code ${server.exitCode})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    uri,
    stop: async () => {
      await stop(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isUp(uri: string): Promise<boolean> {
  try {
    return (await fetch(`${uri}/health`)).ok;
  } catch {
    return false;
  }
}

/** Stops the server. It has workers, so the whole process group must end. */
function stop(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.pid === undefined) return resolve();
    server.once('exit', () => resolve());
    process.kill(-server.pid, 'SIGKILL');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
