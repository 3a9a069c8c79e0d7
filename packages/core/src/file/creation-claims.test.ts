import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import type { ExperimentId } from '../model/ids.ts';
import { claimCreation } from './creation-claims.ts';
import { openFileStore } from './file-store.ts';

const ID = '7' as ExperimentId;

it('the creation of an experiment is granted to the first log only', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'logs'));
  for (const log of ['logs/a.jsonl', 'logs/b.jsonl']) writeFileSync(join(folder, log), '');
  expect(claimCreation(folder, ID, 'logs/a.jsonl')).toBe(true);
  expect(claimCreation(folder, ID, 'logs/b.jsonl')).toBe(false);
  // The winner claims it again, as after an NFS call that succeeded but returned an error.
  expect(claimCreation(folder, ID, 'logs/a.jsonl')).toBe(true);
});

it('a claim is ignored if its log was deleted', async () => {
  const folder = join(temporaryFolder(), 'store');
  const first = openFileStore(folder);
  await first.createExperiment({ name: 'penguins', creationTimeMs: 1 });
  await first.close();
  for (const log of readdirSync(join(folder, 'logs'))) rmSync(join(folder, 'logs', log));
  const second = openFileStore(folder);
  const { tags } = await second.createExperiment({
    name: 'penguins',
    creationTimeMs: 2,
    tags: { a: 'b' },
  });
  expect(tags).toEqual({ a: 'b' });
  await second.close();
});
