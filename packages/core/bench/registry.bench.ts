import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from '../src/file/file-store.ts';
import { registryFolder } from '../src/file/layout.ts';
import type { Store } from '../src/index.ts';
import { commitChanges } from '../src/registry/commit-changes.ts';
import { modelName, writeChain, writeModels } from '../src/testing/large-registry.ts';
import { measure, type Note } from './figures.ts';
import { processorMs } from './processor-ms.ts';
import { newRun } from './small-run.ts';

const MODELS = 10_000;
const COMMITS = 20;
const LENGTHS = [20, 200, 2000];
const PROCESSES = 3;
const VERSIONS = 15;
const FIRST_PAGES = ['a page of models', 'a page of 100 versions'];

/**
 * The cost of a page of the registry with many models, compared with looking at each of their folders once, which is
 * how commits of others are seen; and what a version costs by the length of its chain and the number of models.
 */
export function benchRegistry(): Promise<void> {
  return measure('registry', 1, async (folder, note) => {
    const [small, large] = [join(folder, 'small'), join(folder, 'large')];
    await newStore(small);
    for (const length of LENGTHS) writeChain(small, `long-${length}`, length);
    await newStore(large);
    writeModels(large, { models: MODELS, commits: COMMITS });
    await benchPages(large, note);
    await benchVersions(
      [
        ...LENGTHS.map((length) => ({
          where: `behind ${length} commits`,
          folder: small,
          name: `long-${length}`,
        })),
        { where: `among ${MODELS} models`, folder: large, name: modelName(0) },
      ],
      note,
    );
  });
}

async function benchPages(folder: string, note: Note): Promise<void> {
  const warm = new Map<string, number[]>();
  note('the first page of all, ms', pagesOf(folder, FIRST_PAGES[0] as string).coldMs);
  for (const first of FIRST_PAGES) {
    const processes = Array.from({ length: PROCESSES }, () => pagesOf(folder, first));
    note(`the first page of a process, ${first}, ms`, median(processes.map((it) => it.coldMs)));
    for (const [page, ms] of processes.flatMap(({ warmMs }) => Object.entries(warmMs))) {
      warm.set(page, [...(warm.get(page) ?? []), ms]);
    }
  }
  for (const [page, samples] of warm) note(`again, ${page}, ms`, median(samples));
  const places = Array.from({ length: MODELS }, (_, at) =>
    join(folder, registryFolder(modelName(at))),
  );
  const looks: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    looks.push(await processorMs(() => places.forEach((place) => void statSync(place))));
  }
  note('one stat of each folder, ms', median(looks));
}

interface Pages {
  readonly coldMs: number;
  readonly warmMs: Readonly<Record<string, number>>;
}

/** Times the pages in a new process that reads `first` before the other pages. */
function pagesOf(folder: string, first: string): Pages {
  const script = fileURLToPath(new URL('page-once.ts', import.meta.url));
  const args = ['--conditions=@tidemark/source', '--import', 'tsx', script, folder, first];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

/** Measures in turns, so that other work of the machine affects all of them equally. */
async function benchVersions(
  subjects: readonly { readonly where: string; readonly folder: string; readonly name: string }[],
  note: Note,
): Promise<void> {
  const known = subjects.map((subject) => ({
    ...subject,
    store: openFileStore(subject.folder),
    warm: [] as number[],
    cold: [] as number[],
  }));
  // After the first one the snapshot exists, and the code is compiled.
  for (const { store, name } of known) await registerIn(store, name);
  for (let at = 0; at < VERSIONS; at += 1) {
    for (const { folder, name, store, warm, cold } of known) {
      warm.push(await processorMs(() => registerIn(store, name)));
      cold.push(await processorMs(() => registerIn(openFileStore(folder), name)));
    }
  }
  for (const { where, warm, cold } of known) {
    note(`a version ${where}, ms`, median(warm));
    note(`a version ${where}, of a new handle, ms`, median(cold));
  }
}

function registerIn(store: Store, name: string): Promise<unknown> {
  const by = { name: 'bench', authenticated: false };
  return commitChanges(store, name, by, (_, { lastVersion }) => [
    { kind: 'version-created', version: lastVersion + 1, source: 'models:/m-b', description: '' },
  ]);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}

async function newStore(folder: string): Promise<void> {
  const store = openFileStore(folder);
  await newRun(store, 0);
  await store.close();
}
