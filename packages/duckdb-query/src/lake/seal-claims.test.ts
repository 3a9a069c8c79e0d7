import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureExperiment } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { SealClaim } from './seal-claims.ts';
import { sealStore } from './seal-store.ts';

const HOUR_MS = 60 * 60 * 1000;
/** The longest path that Linux takes, with its end. */
const PATH_MAX = 4096;

it('a claim that was never completed spares files while it may still be made, and then goes', async () => {
  const lake = temporaryFolder();
  const mine = await SealClaim.make(lake);
  const name = '.sealing-00000000-0000-4000-8000-000000000000';
  mkdirSync(join(lake, name));
  expect(await mine.oldestOther()).toBeGreaterThan(0);
  expect(await mine.oldestOther(Date.now() + HOUR_MS)).toBeUndefined();
  expect(readdirSync(lake)).not.toContain(name);
  await mine.release();
  expect(readdirSync(lake)).toEqual([]);
});

it('a claim of another machine spares files for a day', async () => {
  const lake = temporaryFolder();
  const mine = await SealClaim.make(lake);
  const name = '.sealing-00000000-0000-4000-8000-000000000000';
  mkdirSync(join(lake, name));
  writeFileSync(join(lake, name, 'claim.json'), '{"host":"elsewhere","pid":1}');
  expect(await mine.oldestOther(Date.now() + HOUR_MS)).toBeGreaterThan(0);
  expect(await mine.oldestOther(Date.now() + 25 * HOUR_MS)).toBeUndefined();
});

it.skipIf(process.platform !== 'linux')('a claim that cannot be written is not left', async () => {
  // The folder of the claim still has a path, and its file has none.
  const rest = PATH_MAX - '/.sealing-00000000-0000-4000-8000-000000000000/claim.json'.length;
  let lake = temporaryFolder();
  while (rest - lake.length > 220) lake = join(lake, 'x'.repeat(200));
  lake = join(lake, 'x'.repeat(rest - lake.length));
  mkdirSync(lake, { recursive: true });
  await expect(SealClaim.make(lake)).rejects.toThrow('ENAMETOOLONG');
  expect(readdirSync(lake)).toEqual([]);
});

it('a lake that cannot be written fails with WRITE_FAILED', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  await ensureExperiment(store, 'penguins');
  writeFileSync(join(folder, 'lake'), '');
  await expect(sealStore({ store })).rejects.toMatchObject({
    code: 'WRITE_FAILED',
    message: expect.stringContaining(join(folder, 'lake')),
  });
  await store.close();
});
