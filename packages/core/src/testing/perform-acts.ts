import { openFileStore } from '../file/file-store.ts';
import { type Act, perform } from './store-acts.ts';

/** A process that performs the given acts in a store, and ends. */
const [folder, acts] = process.argv.slice(2) as [string, string];
const store = openFileStore(folder);
for (const act of JSON.parse(acts) as Act[]) {
  const outcome = await perform(store, act);
  if (outcome !== 'done') throw new Error(`${act.kind}: ${outcome}`);
}
await store.close();
