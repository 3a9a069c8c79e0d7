import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { runExample } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

it('stores the data that is logged over HTTP in the folder of the server', async () => {
  const folder = runExample(new URL('remote.ts', import.meta.url));
  const store = await openStore(join(folder, 'tidemark'), { mustExist: true });
  const runs = await store.runs({});
  expect(runs.map(({ name, status }) => [name, status]).sort()).toEqual([
    ['above 4000 g', 'FINISHED'],
    ['above 4500 g', 'FINISHED'],
    ['above 5000 g', 'FINISHED'],
  ]);
  const entry = await store.registry.read('gentoo');
  expect(entry?.model.versions).toMatchObject([
    { stage: 'Production', aliases: ['champion'], artifactsDigest: expect.any(String) },
  ]);
});
