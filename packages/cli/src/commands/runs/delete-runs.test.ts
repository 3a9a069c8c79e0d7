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
