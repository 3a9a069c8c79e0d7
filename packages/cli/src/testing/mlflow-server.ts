import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Time limit for the start of MLflow's server, which first creates its tables. */
const READY_WITHIN_MS = 900_000;

/** Starts MLflow's own server over SQLite in a folder, and waits until it answers. */
export async function startMlflowServer(
  python: string,
  folder: string,
): Promise<{ uri: string; stop: () => Promise<void> }> {
  const uri = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    python,
    [
      ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', new URL(uri).port],
      ...['--workers', '1', '--backend-store-uri', 'sqlite:///mlflow.db'],
      ...['--artifacts-destination', './mlflow-artifacts'],
    ],
    {
      cwd: folder,
      // A separate process group, because the server is several processes that all have to end.
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
    },
  );
  const gone = once(child, 'exit');
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${uri}/health`).catch(() => undefined);
    if (answer?.ok === true) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error("MLflow's server did not come up");
    }
    await wait(100);
  }
  return {
    uri,
    async stop() {
      process.kill(-(child.pid as number), 'SIGKILL');
      await gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
