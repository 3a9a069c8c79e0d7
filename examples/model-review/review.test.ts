import { join } from 'node:path';
import { getModelHistory, openStore } from '@tidemark/client';
import { runExample } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

it('moves a version to Production after another user approves it, and records who did what', async () => {
  const folder = runExample(new URL('review.ts', import.meta.url));
  const store = await openStore(join(folder, 'tidemark'), { mustExist: true });
  const entry = await store.registry.read('mean-mass');
  expect(entry?.model.versions).toMatchObject([
    {
      stage: 'Production',
      requests: [{ by: { name: 'ada' }, closed: { outcome: 'approved', by: { name: 'eve' } } }],
    },
  ]);
  const activity = await getModelHistory({ store, name: 'mean-mass' });
  expect(activity.map(({ type }) => type).slice(-6)).toEqual([
    'REQUESTED_TRANSITION',
    'SET_TAG',
    'NEW_COMMENT',
    'APPROVED_REQUEST',
    'APPLIED_TRANSITION',
    'GRANTED_REQUEST',
  ]);
});
