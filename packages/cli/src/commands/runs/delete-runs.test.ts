import { openStore } from '@tidemark/client';
import { DEFAULT_EXPERIMENT_ID } from '@tidemark/core';
import { expect, it } from 'vitest';
import { storeWithSecret } from '../../testing/store-with-secret.ts';
import { tidemark } from '../../testing/tidemark.ts';

it('tidemark runs delete hides a run, and restore shows it again', async () => {
  const { folder, runId, call } = await storeWithSecret();
  expect(await call('runs', 'delete', 'first')).toContain(`tidemark runs restore ${runId}`);
  expect(await call('runs')).not.toContain('first');
  expect(await call('runs', '--deleted')).toContain('first');
  await call('runs', 'restore', runId.slice(0, 8));
  expect(await call('runs')).toContain('first');
  const unknown = await tidemark('runs', 'delete', 'unknown', '--store', folder);
  expect(unknown).toMatchObject({ code: 1 });
  expect(unknown.error).toContain('[RUN_NOT_FOUND]');
});

it('tidemark runs delete latest deletes the newest run that is left, and names it', async () => {
  const { folder, call } = await storeWithSecret();
  const store = await openStore(folder);
  const draft = { experimentId: DEFAULT_EXPERIMENT_ID, userId: '', startTimeMs: 2 };
  await store.createRun({ ...draft, name: 'second' });
  await store.close();
  expect(await call('runs', 'delete', 'latest', 'latest')).toMatch(/^Deleted second \([^\n]*\n$/);
  expect(await call('runs', 'delete', 'latest')).toMatch(/^Deleted first \(/);
  const again = await tidemark('runs', 'delete', 'latest', '--store', folder);
  expect(again).toMatchObject({ code: 1, error: expect.stringContaining('[RUN_NOT_FOUND]') });
});
