import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { collectBytes, sha256Hex } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

const CLIENT = pathToFileURL(await bundleScript(new URL('../../index.ts', import.meta.url))).href;

/** Runs a program that leaves a run open. Returns how the program ended, and the run. */
async function leaveOpen(program: string, signal?: NodeJS.Signals) {
  const folder = temporaryFolder();
  const script = join(folder, 'program.mjs');
  const start = `import { startRun } from ${JSON.stringify(CLIENT)};
await startRun({ store: 'store', environment: false });
process.stdout.write('open');\n`;
  writeFileSync(script, start + program);
  const child = spawn(process.execPath, [script], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  const said = text(child.stderr);
  // Whichever comes first, so that a program that dies before it opens its run fails here and does not hang.
  const opened = await Promise.race([once(child.stdout, 'data'), closed.then(() => undefined)]);
  if (opened === undefined) throw new Error(`The program did not open its run:\n${await said}`);
  if (signal !== undefined) child.kill(signal);
  const [code, killedBy] = await closed;
  const store = openFileStore(join(folder, 'store'));
  const [run] = await store.runs({});
  return { code, killedBy, run, store };
}

const WAIT = 'setInterval(() => {}, 60_000);';

it('a program that ends normally finishes its run', async () => {
  const { code, run } = await leaveOpen('');
  expect(code).toBe(0);
  expect(run?.status).toBe('FINISHED');
  expect(run?.endTimeMs).toBeTypeOf('number');
});

it('an exit code other than 0 fails the run', async () => {
  expect(await leaveOpen('process.exit(3);')).toMatchObject({ code: 3, run: { status: 'FAILED' } });
});

it('an uncaught exception fails the run and is recorded with it', async () => {
  const program = "setTimeout(() => { throw new RangeError('diverged'); });";
  const { code, run, store } = await leaveOpen(program);
  if (run === undefined) throw new Error('the run is missing');
  expect(code).toBe(1);
  expect(run.status).toBe('FAILED');
  const stack = expect.stringMatching(/RangeError: diverged\n +at /);
  expect(run.tags['tidemark.error']).toEqual(stack);
  const bytes = await collectBytes(store.artifacts.read({ kind: 'run', ...run }, 'error.txt'));
  expect(new TextDecoder().decode(bytes)).toEqual(stack);
  const file = { path: 'error.txt', sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
  expect(run.artifacts).toEqual([file]);
});

it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
  'a program that dies of %s leaves its run KILLED',
  async (signal) => {
    expect(await leaveOpen(WAIT, signal)).toMatchObject({
      killedBy: signal,
      run: { status: 'KILLED' },
    });
  },
);

it.skipIf(process.platform === 'win32')(
  'a program that handles a signal can still handle it',
  async () => {
    const handled = `process.on('SIGTERM', () => process.exit(0));\n${WAIT}`;
    expect(await leaveOpen(handled, 'SIGTERM')).toMatchObject({
      code: 0,
      run: { status: 'FINISHED' },
    });
  },
);

it.skipIf(process.platform !== 'linux')(
  'readers see the death of a program that could not end its run',
  async () => {
    const { killedBy, run } = await leaveOpen(WAIT, 'SIGKILL');
    expect(killedBy).toBe('SIGKILL');
    expect(run).toMatchObject({ status: 'FAILED', lostReason: expect.stringContaining('process') });
  },
);
