import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

const CLIENT = new URL('./index.ts', import.meta.url).href;

/** Runs a program that leaves a run open, and gives how it ended and what became of the run. */
async function leaveOpen(program: string, signal?: NodeJS.Signals) {
  const folder = temporaryFolder();
  const script = join(folder, 'program.mts');
  const start = `import { startRun } from ${JSON.stringify(CLIENT)};
await startRun({ store: 'store', environment: false });
process.stdout.write('open');\n`;
  writeFileSync(script, start + program);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const args = ['--import', tsx, '--conditions=@tidemark/source', script];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  if (signal !== undefined) {
    await once(child.stdout, 'data');
    child.kill(signal);
  }
  const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null];
  const [run] = await openFileStore(join(folder, 'store')).runs({});
  return { code, killedBy, run };
}

const WAIT = 'setTimeout(() => {}, 60_000);';

it('a program that runs to its end has finished its run', async () => {
  const { code, run } = await leaveOpen('');
  expect(code).toBe(0);
  expect(run?.status).toBe('FINISHED');
  expect(run?.endTimeMs).toBeTypeOf('number');
});

it('an exit code that is not 0 means that the run has failed', async () => {
  expect(await leaveOpen('process.exit(3);')).toMatchObject({ code: 3, run: { status: 'FAILED' } });
});

it('an uncaught exception fails the run and is kept with it', async () => {
  const { code, run } = await leaveOpen("setTimeout(() => { throw new RangeError('diverged'); });");
  expect(code).toBe(1);
  expect(run?.status).toBe('FAILED');
  expect(run?.tags['tidemark.error']).toMatch(/RangeError: diverged\n +at /);
});

it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
  'a program that dies of %s has been killed, and so has its run',
  async (signal) => {
    expect(await leaveOpen(WAIT, signal)).toMatchObject({
      killedBy: signal,
      run: { status: 'KILLED' },
    });
  },
);

it.skipIf(process.platform === 'win32')(
  'a program that handles a signal goes on handling it',
  async () => {
    const handled = `process.on('SIGTERM', () => process.exit(0));\n${WAIT}`;
    expect(await leaveOpen(handled, 'SIGTERM')).toMatchObject({
      code: 0,
      run: { status: 'FINISHED' },
    });
  },
);

it.skipIf(process.platform !== 'linux')(
  'a program that nothing could end is seen to be gone',
  async () => {
    const { killedBy, run } = await leaveOpen(WAIT, 'SIGKILL');
    expect(killedBy).toBe('SIGKILL');
    expect(run).toMatchObject({ status: 'FAILED', lostReason: expect.stringContaining('process') });
  },
);
