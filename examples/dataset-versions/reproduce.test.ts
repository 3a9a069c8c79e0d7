import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { modelLineage, readDatasetVersion, readDeltaTable } from '@tidemark/delta-lineage';
import { runExample } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

it('records a model whose lineage leads to the 200 rows that it is computed from, although the table now has more', async () => {
  const folder = runExample(new URL('reproduce.ts', import.meta.url));
  const store = await openStore(join(folder, 'tidemark'), { mustExist: true });
  const { datasets, runs } = await modelLineage('models:/mean-mass/1', { store });
  const pinned = datasets[0]?.version;
  expect(pinned).toMatchObject({ version: 0, rowCount: 200 });
  const then = await readDatasetVersion(pinned as NonNullable<typeof pinned>, { record: false });
  const masses = Array.from(then.table.getChild('body_mass_g') ?? [], Number);
  const mean = Math.round(masses.reduce((sum, mass) => sum + mass, 0) / masses.length);
  expect(runs[0]?.metrics.mean_mass_g?.value).toBe(mean);
  const now = await readDeltaTable(join(folder, 'penguins'), { record: false });
  expect([now.dataset.version, now.table.numRows]).toEqual([1, 333]);
});
