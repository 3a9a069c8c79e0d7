import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { bundleScript } from './bundle-script.ts';
import type { RaceResult, RaceTask } from './race-acts.ts';

interface StartedRacer {
  /** Starts the racer's actions. Resolves with its result. */
  go(): Promise<RaceResult>;
}

/** Starts processes, lets them begin together when all are ready, and returns the result of each. */
export function raceProcesses(racer: URL, count: number, task: RaceTask): Promise<RaceResult[]> {
  return race(count, async () => {
    const child = spawn(process.execPath, [await bundleScript(racer), JSON.stringify(task)]);
    child.stderr.pipe(process.stderr);
    const closed = once(child, 'close');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    assertReady((await lines.next()).value);
    return {
      go: async () => {
        child.stdin.end('go\n');
        const said = await lines.next();
        const [code] = await closed;
        if (code !== 0 || said.done === true) throw new Error(`a racer ended with ${code}`);
        return JSON.parse(said.value) as RaceResult;
      },
    };
  });
}

/** Like `raceProcesses`, with worker threads of this process. */
export function raceWorkers(racer: URL, count: number, task: RaceTask): Promise<RaceResult[]> {
  return race(count, async () => {
    const worker = new Worker(await bundleScript(racer), { workerData: task });
    // `once` rejects when the worker fails.
    assertReady((await once(worker, 'message'))[0]);
    return {
      go: async () => {
        const said = once(worker, 'message');
        worker.postMessage('go');
        const [result] = await said;
        await worker.terminate();
        return JSON.parse(result) as RaceResult;
      },
    };
  });
}

async function race(count: number, start: () => Promise<StartedRacer>): Promise<RaceResult[]> {
  const racers = await Promise.all(Array.from({ length: count }, start));
  return Promise.all(racers.map((racer) => racer.go()));
}

function assertReady(said: unknown): void {
  if (said !== 'ready') throw new Error(`a racer said ${String(said)} and not "ready"`);
}
