import { openFileStore } from '../src/file/file-store.ts';
import { writeSmallRun } from './small-run.ts';

/** A process for the benchmark of runs: creates and ends some. */
const [folder, count] = process.argv.slice(2) as [string, string];
const store = openFileStore(folder);
for (let index = 0; index < Number(count); index += 1) await writeSmallRun(store, index);
await store.close();
