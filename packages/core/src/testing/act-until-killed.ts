import { openFileStore } from '../file/file-store.ts';
import { type Act, perform } from './store-acts.ts';

/** A process for tests of derived files: performs the given act, prints that, and waits until it is killed. */
const [folder, acts] = process.argv.slice(2) as [string, string];
const store = openFileStore(folder);
for (const act of JSON.parse(acts) as Act[]) await perform(store, act);
process.stdout.write('done\n');
setInterval(() => {}, 1000);
