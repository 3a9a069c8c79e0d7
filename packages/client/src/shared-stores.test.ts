import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { openStore, startRun } from './index.ts';

it('a store that was closed is opened again', async () => {
  const folder = join(temporaryFolder(), 'store');
  const first = await openStore(folder);
  await first.close();
  const second = await openStore(folder);
  expect(second).not.toBe(first);
  await startRun({ environment: false, store: folder }, () => {});
  expect(await second.runs({})).toHaveLength(1);
});
