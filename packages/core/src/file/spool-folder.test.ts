import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { findSpools, openSpool, spoolRoot } from './spool-folder.ts';

it('each server has its own spool, which shows whether a process still writes to it', async () => {
  const root = join(temporaryFolder(), 'spools');
  expect(findSpools(root)).toEqual([]);
  const spools = ['http://a:5000', 'http://b/mlflow'].map((server) => openSpool(root, server));
  mkdirSync(join(root, 'other'));
  writeFileSync(join(root, 'notes.txt'), 'not a spool');
  const found = () => findSpools(root).map(({ server, inUse }) => [server, inUse]);
  expect(found()).toEqual([
    ['http://a:5000', true],
    ['http://b/mlflow', true],
  ]);
  await spools[0]?.store.close();
  spools[0]?.release();
  expect(found()[0]).toEqual(['http://a:5000', false]);
});

it('a spool is free when its process has ended', () => {
  const root = temporaryFolder();
  openSpool(root, 'http://a:5000');
  const [spool] = findSpools(root);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const writer = JSON.stringify({ pid, host: hostname() });
  writeFileSync(join(spool?.folder ?? '', 'writer.json'), writer);
  expect(findSpools(root)).toMatchObject([{ inUse: false }]);
});

it('the spools are in the given folder or the one of the environment variable, and can be turned off', () => {
  expect(spoolRoot('/x', { TIDEMARK_SPOOL: '/y' })).toBe('/x');
  expect(spoolRoot(undefined, { TIDEMARK_SPOOL: '/y' })).toBe('/y');
  expect(spoolRoot(undefined, {})).toMatch(/tidemark-spool$/);
  expect(spoolRoot(false, {})).toBeUndefined();
  expect(spoolRoot(undefined, { TIDEMARK_SPOOL: 'off' })).toBeUndefined();
});
