import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { findSpools, openSpool, spoolRoot } from './spool-folder.ts';

it('keeps one spool for each server, which can be found again', async () => {
  const root = join(temporaryFolder(), 'spools');
  expect(findSpools(root)).toEqual([]);
  for (const server of ['http://a:5000', 'http://b/mlflow', 'http://a:5000']) {
    await openSpool(root, server).close();
  }
  mkdirSync(join(root, 'other'));
  writeFileSync(join(root, 'notes.txt'), 'not a spool');
  expect(findSpools(root).map(({ server }) => server)).toEqual([
    'http://a:5000',
    'http://b/mlflow',
  ]);
});

it('lies where it is said, else where the environment says, and can be forgone', () => {
  expect(spoolRoot('/x', { TIDEMARK_SPOOL: '/y' })).toBe('/x');
  expect(spoolRoot(undefined, { TIDEMARK_SPOOL: '/y' })).toBe('/y');
  expect(spoolRoot(undefined, {})).toMatch(/tidemark-spool$/);
  expect(spoolRoot(false, {})).toBeUndefined();
  expect(spoolRoot(undefined, { TIDEMARK_SPOOL: 'off' })).toBeUndefined();
});
