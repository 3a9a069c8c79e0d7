import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StoreEvent } from '@tidemark/core';
import { newRunId } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';

/** A server under load, with experiments of known sizes. */
export interface LoadedServer {
  readonly name: string;
  readonly uri: string;
  readonly pid: number;
  readonly readyMs: number;
  /** The ids of the experiments, by their number of runs. */
  readonly experiments: ReadonlyMap<number, string>;
  stop(): Promise<void>;
}

const METRICS_PER_RUN = 20;

/** Starts the built `tidemark server` over a store with these numbers of runs, one experiment for each. */
export async function startTidemark(
  folder: string,
  port: number,
  sizes: readonly number[],
): Promise<LoadedServer> {
  const experiments = new Map<number, string>();
  const store = openFileStore(join(folder, 'store'));
  for (const size of sizes) {
    const { experimentId } = await store.createExperiment({
      name: `runs-${size}`,
      creationTimeMs: Date.now(),
    });
    experiments.set(size, experimentId);
    for (let number = 0; number < size; number += 1) {
      const run = newRunId();
      const timeMs = 1_700_000_000_000 + number;
      const events: StoreEvent[] = [
        {
          kind: 'run-created',
          run,
          experiment: experimentId,
          name: `run-${number}`,
          user: 'bench',
          timeMs,
        },
        {
          kind: 'params',
          run,
          params: each((at) => [`param_${at}`, String(Math.floor(Math.random() * 10))]),
        },
        {
          kind: 'metrics',
          run,
          timeMs,
          step: 0,
          metrics: each((at) => [`metric_${at}`, Math.random()]),
        },
      ];
      await store.append(events);
    }
  }
  await store.close();
  const command = fileURLToPath(new URL('../bin/tidemark.js', import.meta.url));
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [command, 'server', '--port', String(port), '--store', join(folder, 'store')],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return ready('tidemark', child, port, started, experiments);
}

/** Starts MLflow's own server over SQLite with one worker, and fills its database. */
export async function startMlflow(
  python: string,
  folder: string,
  port: number,
  sizes: readonly number[],
): Promise<LoadedServer> {
  const start = (): ChildProcess =>
    spawn(
      python,
      [
        ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)],
        ...['--workers', '1', '--backend-store-uri', 'sqlite:///mlflow.db'],
        ...['--artifacts-destination', './artifacts'],
      ],
      {
        cwd: folder,
        detached: true,
        stdio: 'ignore',
        env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
      },
    );
  // Started once, so that it creates its tables.
  const first = await ready('mlflow', start(), port, performance.now(), new Map());
  await first.stop();
  const seed = fileURLToPath(new URL('seed-mlflow.py', import.meta.url));
  const experiments = new Map(
    sizes.map((size): [number, string] => [
      size,
      execFileSync(python, [seed, join(folder, 'mlflow.db'), `runs-${size}`, String(size)], {
        encoding: 'utf8',
      }).trim(),
    ]),
  );
  return ready('mlflow', start(), port, performance.now(), experiments);
}

function each<Value>(entry: (at: number) => [string, Value]): Record<string, Value> {
  return Object.fromEntries(Array.from({ length: METRICS_PER_RUN }, (_, at) => entry(at)));
}

async function ready(
  name: string,
  child: ChildProcess,
  port: number,
  started: number,
  experiments: ReadonlyMap<number, string>,
): Promise<LoadedServer> {
  const uri = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    const answer = await fetch(`${uri}/health`).catch(() => undefined);
    if (answer?.ok === true) break;
    await wait(5);
  }
  const readyMs = performance.now() - started;
  const pid = child.pid as number;
  return {
    name,
    uri,
    pid,
    readyMs,
    experiments,
    async stop() {
      const gone = once(child, 'exit');
      // MLflow's server is several processes, so the whole group has to end.
      if (child.spawnargs.includes('mlflow')) process.kill(-pid, 'SIGTERM');
      else child.kill('SIGTERM');
      await gone;
    },
  };
}
