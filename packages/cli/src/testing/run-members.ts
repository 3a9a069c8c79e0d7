import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { bundleScript } from '@tidemark/test-kit';

/** The ways in which a process can leave a run. `never` waits for a signal. */
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

/** The task of a process that logs to a run. */
export interface MemberTask {
  /** The address of the store. */
  readonly store: string;
  /** The run to join. Without it the process starts a run and owns it. */
  readonly runId?: string;
  /** The metric to log. */
  readonly key: string;
  readonly leaves: Leaving;
}

/** A process that has logged to the run. */
export interface Member {
  readonly runId: string;
  /** Makes it log a second point. */
  logMore(): Promise<void>;
  /** Sends it a signal, and waits until it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when it has ended. */
  readonly gone: Promise<unknown>;
}

const SCRIPT = new URL('run-member.ts', import.meta.url);

/** Starts a process that logs to a run, and waits until it has logged. */
export async function startMember(task: MemberTask): Promise<Member> {
  const words = [await bundleScript(SCRIPT), JSON.stringify(task)];
  // The address in its environment belongs to another store.
  const env = { ...process.env, TIDEMARK_TRACKING_URI: 'memory:' };
  const child = spawn(process.execPath, words, { stdio: 'pipe', env });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const gone = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true)
    throw new Error(`A process that was to log to the run ended:\n${output}`);
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

/** Like `startMember`, in a thread of this process. It resolves when the thread has ended. */
export async function runThread(task: MemberTask): Promise<void> {
  const worker = new Worker(await bundleScript(SCRIPT), { workerData: task });
  // Some fail on purpose. The run shows whether they had logged before.
  worker.on('error', () => {});
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  const logged = new Promise((resolve) => worker.once('message', resolve));
  await Promise.race([logged, gone]);
  if (task.leaves === 'never') await worker.terminate();
  await gone;
}
