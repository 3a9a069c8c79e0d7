import { mergeStores } from '../file/merge/merge-stores.ts';

/** A process for tests that kill a merge: prints when it starts and when it is done. */
const [into, from] = process.argv.slice(2) as [string, string];
process.stdout.write('begins\n');
await mergeStores({ into, from, by: { name: 'ada', authenticated: false } });
process.stdout.write('done\n');
