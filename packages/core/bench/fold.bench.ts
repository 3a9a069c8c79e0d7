import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileStore } from '../src/file/file-store.ts';
import { measure } from './figures.ts';
import { processorMs } from './processor-ms.ts';
import { writeSmallRun } from './small-run.ts';

const RUNS = 20_000;

/** The processor time to fold a whole store without an index, compared with `JSON.parse` of the same lines. */
export function benchFold(): Promise<void> {
  return measure('fold', 5, async (folder, note) => {
    const store = openFileStore(folder);
    // Not ended, which syncs: the disk's own time is not what is measured here.
    for (let index = 0; index < RUNS; index += 1) await writeSmallRun(store, index, false);
    await store.close();
    const logs = readdirSync(join(folder, 'logs')).map((name) => join(folder, 'logs', name));
    const parse = await processorMs(() => {
      for (const log of logs) {
        for (const line of readFileSync(log, 'utf8').split('\n')) if (line !== '') JSON.parse(line);
      }
    });
    const fold = await processorMs(() => openFileStore(folder, { index: 'off' }).experiments());
    note('fold of all runs, ms', fold);
    note('JSON.parse of the same lines, ms', parse);
    note('fold / JSON.parse', fold / parse);
  });
}
