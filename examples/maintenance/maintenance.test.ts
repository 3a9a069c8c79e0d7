import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { examineStore } from '@tidemark/core/node';
import { runExample } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

it('removes every byte of the secret, and leaves a store in which the doctor finds nothing', async () => {
  const folder = join(runExample(new URL('maintenance.ts', import.meta.url)), 'tidemark');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
  expect(files.length).toBeGreaterThan(1);
  for (const path of files) expect(readFileSync(path, 'latin1')).not.toContain('hunter2');
  expect((await examineStore(folder, { deep: true })).findings).toEqual([]);
  const store = await openStore(folder, { mustExist: true });
  const leaky = (await store.runs({})).find(({ name }) => name === 'leaky');
  expect(leaky).toMatchObject({
    lifecycleStage: 'active',
    params: { lr: '0.1' },
    purged: [{ part: 'param', key: 'api_key', reason: 'logged by mistake' }],
  });
});
