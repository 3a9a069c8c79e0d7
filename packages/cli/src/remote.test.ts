import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { startServerProcess } from './testing/server-process.ts';
import { tidemark } from './testing/tidemark.ts';

/** Calls a command on the server, which must succeed. */
type Remote = (...argv: string[]) => Promise<string>;

/** Starts a server with two runs, the second with a model, and returns a function that calls commands on it. */
async function serverWithRuns(): Promise<{ folder: string; remote: Remote }> {
  const folder = temporaryFolder();
  const server = await startServerProcess('--store', join(folder, 'store'));
  onTestFinished(() => server.stop());
  const store = await openStore(server.uri);
  for (const [name, lr] of [
    ['baseline', 0.1],
    ['candidate', 0.3],
  ] as const) {
    await startRun({ environment: false, store, experiment: 'ice', name }, async (run) => {
      await run.logParams({ lr });
      for (let step = 0; step < 3; step += 1) await run.logMetric('loss', 3 - step, { step });
      await run.logText('hello\n', 'notes/a.txt');
      if (name !== 'candidate') return;
      const content = new TextEncoder().encode('{}');
      await run.logModel({ name: 'net', files: () => [{ path: 'MLmodel', content }] });
    });
  }
  return {
    folder,
    remote: async (...argv) => {
      const { code, error, out } = await tidemark(...argv, '--store', server.uri);
      expect([argv, code, error]).toEqual([argv, 0, '']);
      return out;
    },
  };
}

it('commands that read work on a server', async () => {
  const { remote } = await serverWithRuns();
  expect(await remote('runs', '-f', "params.lr = '0.3'")).toMatch(/candidate +ice +✓ FINISHED/);
  expect(await remote('runs', 'show', 'baseline')).toMatch(/loss +1 +2 +1 +3 +3/);
  expect(await remote('runs', 'compare', 'baseline', 'candidate')).toMatch(/lr +0\.1 +0\.3/);
  expect(await remote('runs', 'tail', 'latest', '-n', '1', '-f')).toMatch(/step 2 {2}loss=1\n$/);
  expect(await remote('experiments', 'show', 'ice')).toMatch(/runs +2/);
  expect(await remote('artifacts', 'list', 'latest', '-r')).toMatch(/notes\/a\.txt +6 B/);
});

it('commands that change things work on a server', async () => {
  const { folder, remote } = await serverWithRuns();
  await remote('runs', 'delete', 'baseline');
  expect(await remote('runs', '--deleted')).toContain('baseline');
  await remote('runs', 'restore', 'baseline');
  expect(await remote('models', 'register', 'runs:/candidate/net', 'penguins')).toContain(
    'version 1 of penguins',
  );
  expect(await remote('models')).toMatch(/penguins +1 +1/);
  const copies = join(folder, 'copies');
  await remote('artifacts', 'put', 'candidate', join(folder, 'store', 'store.json'), 'from-here');
  await remote('artifacts', 'get', 'candidate', '-o', copies);
  expect(readFileSync(join(copies, 'notes', 'a.txt'), 'utf8')).toBe('hello\n');
  expect(readFileSync(join(copies, 'from-here', 'store.json'), 'utf8')).toContain('"format"');
});
