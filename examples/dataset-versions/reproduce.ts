import { rm } from 'node:fs/promises';
import { openStore, registerModel, startRun } from '@tidemark/client';
import {
  appendToDeltaTable,
  createDeltaTable,
  modelLineage,
  readDatasetVersion,
  readDeltaTable,
} from '@tidemark/delta-lineage';
import { penguinTable, readPenguins } from '@tidemark-examples/penguins/data';
import type { Table } from 'apache-arrow';

const TABLE = 'penguins';

// A table that grows: the first two hundred penguins today, the others tomorrow.
await rm(TABLE, { recursive: true, force: true }); // from an earlier call
const penguins = await readPenguins();
await createDeltaTable(TABLE, penguinTable(penguins.slice(0, 200)));

// A "training" on today's rows. The read itself records table id, version, and the digest of the files.
const model = await startRun({ experiment: 'mean-mass' }, async (run) => {
  const { table } = await readDeltaTable(TABLE);
  const mean = meanMass(table);
  await run.logMetric('mean_mass_g', mean);
  const content = new TextEncoder().encode(JSON.stringify({ mean }));
  return run.logModel({ name: 'mean', files: () => [{ path: 'mean.json', content }] });
});
const { version } = await registerModel({ name: 'mean-mass', model });

// Tomorrow the table has more rows …
await appendToDeltaTable(TABLE, penguinTable(penguins.slice(200)));
const now = await readDeltaTable(TABLE, { record: false });

// … and the model still leads to exactly the rows that it was made from, verified against their digest.
const { datasets } = await modelLineage(`models:/mean-mass/${version}`, {
  store: await openStore(),
});
const pinned = datasets[0]?.version;
if (pinned === undefined) throw new Error('The model has no dataset on record.');
const then = await readDatasetVersion(pinned, { record: false });

console.log(
  `the table now:   version ${now.dataset.version}, ${now.table.numRows} rows, mean ${meanMass(now.table)} g`,
);
console.log(
  `the model's data: version ${pinned.version}, ${then.table.numRows} rows, mean ${meanMass(then.table)} g`,
);

function meanMass(table: Table): number {
  const masses = Array.from(table.getChild('body_mass_g') ?? [], Number);
  return Math.round(masses.reduce((sum, mass) => sum + mass, 0) / masses.length);
}
