import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import type { RegistryEntry } from '../../chain/registry-chain.ts';
import type { RegistryStore } from '../../port/registry-store.ts';
import { setRegistryTag } from '../../registry/set-tag.ts';
import { searchModelVersions } from '../../search/search-model-versions.ts';
import type { SearchOptions } from '../../search/search-page.ts';
import { searchRegisteredModels } from '../../search/search-registered-models.ts';
import { modelName, writeModels } from '../../testing/large-registry.ts';
import { openFileStore } from '../file-store.ts';
import { commitFile, registryFolder } from '../layout.ts';

const BY = { name: 'ada', authenticated: false } as const;
const MODELS = 60;

const SEARCHES = { models: searchRegisteredModels, versions: searchModelVersions };
const FILTERS = [
  undefined,
  "name = 'team-7-00007'",
  "name LIKE 'team-1%' AND tags.accuracy = '0.2'",
  "name ILIKE 'TEAM-2%' AND name != 'team-2-00002'",
  "name IN ('team-0-00000', 'team-0-00040', 'nothing')",
  "tags.`mlflow.prompt.is_prompt` = 'true'",
];
const ORDERS = [
  undefined,
  'name',
  'name DESC',
  'last_updated_timestamp DESC',
  'last_updated_timestamp',
];

async function registryOf(models: number): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  await store.createExperiment({ name: 'any', creationTimeMs: 1 });
  writeModels(folder, { models, commits: 7 });
  const prompt = { key: 'mlflow.prompt.is_prompt', value: 'true' };
  await setRegistryTag(store, { name: modelName(3), ...prompt, by: BY });
  await setRegistryTag(store, { name: modelName(4), version: 2, ...prompt, by: BY });
  await store.close();
  return folder;
}

/** The results of a search on all its pages. */
async function everyPage(
  what: keyof typeof SEARCHES,
  registry: Pick<RegistryStore, 'list' | 'walk'>,
  options: SearchOptions,
): Promise<unknown[]> {
  const pages: unknown[] = [];
  let pageToken: string | undefined;
  do {
    const page: { nextPageToken?: string } = await SEARCHES[what](
      { registry },
      { ...options, ...(pageToken !== undefined && { pageToken }) },
    );
    pages.push(page);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return pages;
}

it('a search that walks through the registry gives the same pages as one that reads every model', async () => {
  const { registry } = openFileStore(await registryOf(MODELS));
  const listing = { list: () => registry.list() };
  for (const what of ['models', 'versions'] as const) {
    for (const filter of FILTERS) {
      for (const orderBy of ORDERS) {
        for (const maxResults of [1, 7, 1000]) {
          if (maxResults === 1 && filter === undefined) continue;
          const options: SearchOptions = {
            maxResults,
            ...(filter !== undefined && { filter }),
            ...(orderBy !== undefined && { orderBy }),
          };
          expect(await everyPage(what, registry, options), JSON.stringify(options)).toEqual(
            await everyPage(what, listing, options),
          );
        }
      }
    }
  }
});

it('a page in the order of names reads only its models, and a search for a name only that model', async () => {
  const folder = await registryOf(MODELS);
  const damage: string[] = [];
  const { registry } = openFileStore(folder, { onDamage: ({ file }) => damage.push(file) });
  const names = (await registry.list()).map(({ model }) => model.name);
  const last = names.at(-1) as string;
  writeFileSync(join(folder, registryFolder(last), commitFile(8)), 'no commit');
  await searchRegisteredModels({ registry }, { maxResults: 10 });
  await searchModelVersions({ registry }, { filter: "name = 'team-7-00007'" });
  expect(damage).toEqual([]);
  await searchModelVersions({ registry });
  expect(damage).toEqual([registryFolder(last)]);
});

it('a walk sees the models that other handles create and delete', async () => {
  const folder = await registryOf(5);
  const { registry } = openFileStore(folder);
  const page = async () => (await searchRegisteredModels({ registry }, { maxResults: 2 })).models;
  expect((await page()).map(({ name }) => name)).toEqual([modelName(0), modelName(1)]);
  const other = openFileStore(folder).registry;
  const commit = (name: string, head: RegistryEntry['head'] | undefined, kind: 'made' | 'gone') =>
    other.commit(name, head, {
      by: BY,
      atMs: 1,
      changes: [
        kind === 'made' ? { kind: 'model-created', description: '' } : { kind: 'model-deleted' },
      ],
    });
  await commit('a new one', undefined, 'made');
  expect((await page()).map(({ name }) => name)).toEqual(['a new one', modelName(0)]);
  await commit(modelName(0), (await other.read(modelName(0)))?.head, 'gone');
  expect((await page()).map(({ name }) => name)).toEqual(['a new one', modelName(1)]);
});
