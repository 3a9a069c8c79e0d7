import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { startedBy, tidemarkWords } from '../../testing/server-process.ts';

it('serves a store on a free port, and gives its address to the browser of the system', async (ctx) => {
  if (process.platform !== 'linux') return ctx.skip('the browser is opened in another way');
  const folder = temporaryFolder();
  const opened = join(folder, 'opened');
  mkdirSync(join(folder, 'bin'));
  // What xdg-open is asked to open, in place of a browser.
  writeFileSync(join(folder, 'bin', 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
  chmodSync(join(folder, 'bin', 'xdg-open'), 0o755);
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  const server = await startedBy(await tidemarkWords('ui', '--store', join(folder, 'store')), env);
  onTestFinished(() => server.stop());
  const read = () => readFile(opened, 'utf8').catch(() => '');
  await expect.poll(read).toBe(server.uri);
  expect((await fetch(`${server.uri}/health`)).status).toBe(200);
});

it('says so if no browser can be opened', async (ctx) => {
  if (process.platform !== 'linux') return ctx.skip('the browser is opened in another way');
  const folder = temporaryFolder();
  const server = await startedBy(await tidemarkWords('ui', '--store', join(folder, 'store')), {
    PATH: folder,
  });
  onTestFinished(() => server.stop());
  await expect.poll(() => server.errors()).toContain(`No browser opened here. Open ${server.uri}`);
});
