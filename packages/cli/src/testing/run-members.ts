import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { bundleScript } from '@tidemark/test-kit';

/** The ways in which a process stops to be part of a run; `never` waits for a signal. */
export const LEAVING = [
  'end',
  'the block',
  'an error in the block',
  'the end of the program',
  'process.exit',
  'an uncaught exception',
  'an unhandled rejection',
  'after a nested run',
  'never',
] as const;

export type Leaving = (typeof LEAVING)[number];

/** What a process that logs to a run is to do. */
export interface MemberTask {
  /** The address of the store. */
  readonly store: string;
  /** The run that it joins; without it, it begins one and owns it. */
  readonly runId?: string;
  /** The metric that it logs. */
  readonly key: string;
  readonly leaves: Leaving;
}

/** A process that has logged to the run. */
export interface Member {
  readonly runId: string;
  /** Lets it log a second point. */
  logMore(): Promise<void>;
  /** Sends it a signal, and waits until it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Once it is gone. */
  readonly gone: Promise<unknown>;
}

const SCRIPT = new URL('run-member.ts', import.meta.url);

/** Starts a process that logs to a run, and waits until it has. */
export async function startMember(task: MemberTask): Promise<Member> {
  const words = [await bundleScript(SCRIPT), JSON.stringify(task)];
  // The address that it finds by itself is of another store.
  const env = { ...process.env, TIDEMARK_TRACKING_URI: 'memory:' };
  const child = spawn(process.execPath, words, { stdio: 'pipe', env });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const gone = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) throw new Error(`A process that was to log to the run ended:\n${told}`);
  return {
    runId: first.value,
    gone,
    async logMore() {
      child.stdin.write('more\n');
      await lines.next();
    },
    async kill(signal) {
      child.kill(signal);
      await gone;
    },
  };
}

/** As `startMember`, in a thread of this process; waits until it is gone. */
export async function runThread(task: MemberTask): Promise<void> {
  const worker = new Worker(await bundleScript(SCRIPT), { workerData: task });
  // Those that fail are meant to; whether they had logged before is in the run.
  worker.on('error', () => {});
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  const logged = new Promise((resolve) => worker.once('message', resolve));
  await Promise.race([logged, gone]);
  if (task.leaves === 'never') await worker.terminate();
  await gone;
}
