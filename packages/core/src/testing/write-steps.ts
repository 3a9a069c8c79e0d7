import { openFileStore } from '../file/file-store.ts';
import type { RunId } from '../model/ids.ts';

/** A process for tests of several writers: logs steps of one metric into a run that exists. */
const [folder, run, key, count] = process.argv.slice(2) as [string, RunId, string, string];
const store = openFileStore(folder, { mustExist: true });
for (let step = 0; step < Number(count); step += 1) {
  await store.append([{ kind: 'metrics', run, timeMs: step, step, metrics: { [key]: step } }]);
}
await store.close();
