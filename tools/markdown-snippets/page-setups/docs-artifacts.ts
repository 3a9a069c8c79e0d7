import { createHash } from 'node:crypto';
import { type ActiveRun, openStore, type RunId, startRun } from '@tidemark/client';

// Two runs, of which one already has files.
declare global {
  var run: ActiveRun;
  var other: RunId;
  var sha256: string;
}

const rows = 'species,mass\ngentoo,5076\n';
const store = await openStore('memory:');
const earlier = await startRun({ store });
await earlier.logText(rows, 'data/test.csv');
await earlier.end();

globalThis.other = earlier.runId;
globalThis.sha256 = createHash('sha256').update(rows).digest('hex');
globalThis.run = await startRun({ store });
