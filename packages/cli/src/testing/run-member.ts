import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type ActiveRun, startRun } from '@tidemark/client';
import type { MemberTask } from './run-members.ts';

// One process, or one worker thread, that logs to a run. It prints the id after it has logged, and leaves in the
// requested way.
const task: MemberTask = isMainThread ? JSON.parse(process.argv[2] as string) : workerData;
const { store, runId, key, leaves } = task;
const options = {
  store,
  environment: false,
  ...(runId === undefined ? { experiment: 'distributed' } : { runId, join: true }),
} as const;

async function log(run: ActiveRun): Promise<void> {
  await run.logMetric(key, 1);
  if (parentPort === null) process.stdout.write(`${run.runId}\n`);
  else parentPort.postMessage(run.runId);
}

if (leaves === 'the block' || leaves === 'an error in the block') {
  await startRun(options, async (run) => {
    await log(run);
    if (leaves === 'an error in the block') throw new Error('the block fails');
  });
} else {
  const run = await startRun(options);
  if (leaves === 'after a nested run') {
    await startRun({ nested: true, name: key, environment: false }, (child) =>
      child.logMetric('of the child', 1),
    );
  }
  await log(run);
  if (leaves === 'end') await run.end('FAILED');
  if (leaves === 'process.exit') process.exit(3);
  if (leaves === 'an uncaught exception')
    setTimeout(() => {
      throw new Error('uncaught');
    });
  if (leaves === 'an unhandled rejection') void Promise.reject(new Error('unhandled'));
  if (leaves === 'never') {
    // Each line of input is one more point.
    process.stdin.on(
      'data',
      () => void run.logMetric(key, 2, { step: 1 }).then(() => process.stdout.write('more\n')),
    );
  }
}
