import { openFileStore } from '../src/file/file-store.ts';
import { searchModelVersions, searchRegisteredModels } from '../src/index.ts';
import { processorMs } from './processor-ms.ts';

/**
 * A process for the benchmark of the registry: asks for the page that is named, cold, and then for all of them
 * again and again, and prints the processor time of each in milliseconds.
 */
const [folder, first] = process.argv.slice(2) as [string, string];
const { registry } = openFileStore(folder);
const store = { registry };

const PAGES: Readonly<Record<string, () => Promise<unknown>>> = {
  'a page of models': () => searchRegisteredModels(store),
  'a page of 100 versions': () => searchModelVersions(store, { maxResults: 100 }),
  'a page of models by name': () =>
    searchRegisteredModels(store, { filter: "name LIKE 'team-5-%'" }),
  'the versions of one model': () =>
    searchModelVersions(store, { filter: "name = 'team-5-00005'" }),
};
const WARM_PAGES = 21;

const coldMs = await processorMs(PAGES[first] as () => Promise<unknown>);
const warmMs: Record<string, number> = {};
for (const [name, ask] of Object.entries(PAGES)) {
  const samples: number[] = [];
  for (let at = 0; at < WARM_PAGES; at += 1) samples.push(await processorMs(ask));
  warmMs[name] = samples.sort((a, b) => a - b)[WARM_PAGES >> 1] as number;
}
process.stdout.write(JSON.stringify({ coldMs, warmMs }));
