import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { temporaryFolder } from '@tidemark/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchModelVersions } from '../../search/search-model-versions.ts';
import { searchRegisteredModels } from '../../search/search-registered-models.ts';
import { modelName, writeModels } from '../../testing/large-registry.ts';
import { examineStore } from '../doctor/examine-store.ts';
import { openFileStore } from '../file-store.ts';
import { commitFile, LAYOUT, registryFolder } from '../layout.ts';
import { lookAtFile, lookAtFolder } from '../system/folder-sight.ts';
import { namesIn } from '../system/names-in.ts';
import { loadRegistryHeadsFile } from './registry-heads-file.ts';

const BY = { name: 'ada', authenticated: false } as const;
const MODELS = 80;
const COMMITS = 4;
const MIDDLE = 2;

/** One registry for all tests, because readers trust its folders only seconds after it was written. */
const root = mkdtempSync(join(tmpdir(), 'tidemark-heads-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Creates enough models for a file of heads, and waits until readers trust their folders. */
async function registryAtRest(): Promise<string> {
  const folder = mkdtempSync(join(root, 'store-'));
  const store = openFileStore(folder);
  await store.createExperiment({ name: 'any', creationTimeMs: 1 });
  await store.close();
  writeModels(folder, { models: MODELS, commits: COMMITS });
  for (const place of placesIn(folder)) {
    for (const path of [place, `${place}/${commitFile(COMMITS)}`]) setBack(join(folder, path));
  }
  await atRest(folder);
  return folder;
}

/** Sets a file to a fixed time in the past, like a program that copies a file with the time of the original. */
function setBack(path: string): void {
  utimesSync(path, 1_700_000_000, 1_700_000_000);
}

async function atRest(folder: string): Promise<void> {
  const isAtRest = (place: string): boolean =>
    lookAtFolder(join(folder, place))?.isSettled === true &&
    namesIn(join(folder, place)).every(
      (name) => lookAtFile(join(folder, place, name))?.isSettled === true,
    );
  while (!placesIn(folder).every(isAtRest)) await setTimeout(100);
}

function placesIn(folder: string): string[] {
  return readdirSync(join(folder, LAYOUT.registry)).map((name) => `${LAYOUT.registry}/${name}`);
}

const headsOf = (folder: string): string => join(folder, LAYOUT.registryHeads);

async function describeModel(folder: string, name: string): Promise<void> {
  const { registry } = openFileStore(folder);
  const changes = [{ kind: 'model-updated', description: 'newer' } as const];
  const head = (await registry.read(name))?.head;
  await registry.commit(name, head, { by: BY, atMs: Date.now(), changes });
}

/** The answers of a process that has read nothing before, and the damage that it reports. */
async function answers(folder: string, index: 'auto' | 'off'): Promise<unknown> {
  const damage = new Set<string>();
  const open = () => openFileStore(folder, { index, onDamage: ({ file }) => damage.add(file) });
  const byName = open();
  const [byTime, listed] = index === 'off' ? [byName, byName] : [open(), open()];
  return {
    models: await searchRegisteredModels(byName, { filter: "name LIKE 'team-1%'" }),
    versions: await searchModelVersions(byTime, { maxResults: 20 }),
    listed: await listed.registry.list(),
    names: await listed.registry.chains?.names(),
    damage,
  };
}

/** With the file, after it was used and perhaps rewritten, and without any derived file. */
async function expectSameAnswers(folder: string): Promise<void> {
  const truth = await answers(folder, 'off');
  expect(await answers(folder, 'auto')).toEqual(truth);
  expect(await answers(folder, 'auto')).toEqual(truth);
}

/** The findings of the doctor, except about the files of versions, which the test does not create. */
async function findings(folder: string, fix = false): Promise<unknown[]> {
  const found = (await examineStore(folder, { fix })).findings;
  return found
    .filter(({ check }) => check !== 'version-digests')
    .map(({ check, place }) => [check, place]);
}

describe('the file of heads', () => {
  let folder: string;
  /** A registry with the same names and other commits. */
  let foreign: string;
  let kept: string;

  beforeAll(async () => {
    [folder, foreign] = await Promise.all([registryAtRest(), registryAtRest()]);
    for (const at of [folder, foreign]) await openFileStore(at).registry.list();
    kept = join(root, 'kept');
    copyFileSync(headsOf(folder), kept);
  });

  it('is written by a process that reads many chains, but not with index: off', async () => {
    rmSync(headsOf(folder));
    await openFileStore(folder, { index: 'off' }).registry.list();
    expect(existsSync(headsOf(folder))).toBe(false);
    await openFileStore(folder).registry.list();
    expect(readFileSync(headsOf(folder))).toEqual(readFileSync(kept));
  });

  it.each<[string, (heads: string) => void]>([
    ['exists', () => {}],
    ['is missing', (heads) => rmSync(heads)],
    ['is empty', (heads) => writeFileSync(heads, '')],
    ['ends in its header', (heads) => cutTo(heads, 40)],
    ['ends in its table', (heads) => cutTo(heads, 2000)],
    ['ends in its states', (heads) => cutTo(heads, statSync(heads).size - 5000)],
    ['has states that were edited', (heads) => edit(heads, '"source"', '"sauce!"')],
    ['has names that were edited', (heads) => edit(heads, 'team-7-00007', 'team-7-00070')],
    ['is of another version', (heads) => edit(heads, '"format":1', '"format":2')],
    ['is of another store', (heads) => copyFileSync(headsOf(foreign), heads)],
    [
      'has a folder in its place',
      (heads) => {
        rmSync(heads);
        mkdirSync(heads);
      },
    ],
    [
      'cannot be written, because a file has the name of its folder',
      (heads) => {
        rmSync(join(heads, '..'), { recursive: true });
        writeFileSync(join(heads, '..'), '');
      },
    ],
  ])('changes no answer when it %s', async (_, disturb) => {
    disturb(headsOf(folder));
    await expectSameAnswers(folder);
    rmSync(join(folder, LAYOUT.index), { recursive: true });
    mkdirSync(join(folder, LAYOUT.index));
    copyFileSync(kept, headsOf(folder));
  });

  it('changes no answer if it is removed during a read', async () => {
    const { registry } = openFileStore(folder);
    const walk = registry.walk?.(() => true)[Symbol.iterator]();
    const entries = [walk?.next().value?.entry];
    rmSync(headsOf(folder));
    for (let next = walk?.next(); next?.done === false; next = walk?.next()) {
      entries.push(next.value.entry);
    }
    expect(entries).toEqual(await openFileStore(folder, { index: 'off' }).registry.list());
    copyFileSync(kept, headsOf(folder));
  });

  it('makes readers skip the commits, so that only the doctor finds a damaged one in the middle', async () => {
    const middle = join(folder, registryFolder(modelName(9)), commitFile(MIDDLE));
    const before = readFileSync(middle);
    writeFileSync(middle, 'no commit');
    expect(await openFileStore(folder).registry.list()).toHaveLength(MODELS);
    const found = await findings(folder);
    writeFileSync(middle, before);
    expect(found).toEqual([['registry-chains', registryFolder(modelName(9))]]);
  });

  it('is reported and removed by the doctor if it is damaged', async () => {
    edit(headsOf(folder), '"source"', '"sauce!"');
    expect(await findings(folder, true)).toEqual([['derived-files', LAYOUT.registryHeads]]);
    expect(await findings(folder)).toEqual([]);
    expect(existsSync(headsOf(folder))).toBe(false);
  });
});

describe('a chain that the file of heads holds', () => {
  let folder: string;
  let at = 0;

  beforeAll(async () => {
    folder = await registryAtRest();
    await openFileStore(folder).registry.list();
  });

  it.each<[string, (place: string, name: string) => Promise<void> | void]>([
    ['grew by a commit', (_, name) => describeModel(folder, name)],
    [
      'grew by a commit, and its time was set back',
      async (place, name) => {
        await describeModel(folder, name);
        setBack(place);
      },
    ],
    [
      'ended',
      async (_, name) => {
        const { registry } = openFileStore(folder);
        const head = (await registry.read(name))?.head;
        await registry.commit(name, head, {
          by: BY,
          atMs: 1,
          changes: [{ kind: 'model-deleted' }],
        });
      },
    ],
    ['lost its last commit', (place) => rmSync(join(place, commitFile(COMMITS)))],
    ['lost a commit in the middle', (place) => rmSync(join(place, commitFile(MIDDLE)))],
    [
      'got a file that is not a commit',
      (place) => writeFileSync(join(place, commitFile(COMMITS + 1)), 'none'),
    ],
    [
      'has a last commit that was edited to the same length, and its time set back',
      (place) => {
        const last = join(place, commitFile(COMMITS));
        edit(last, '"bench"', '"wench"');
        setBack(last);
      },
    ],
    [
      'has a last commit with text after its end',
      (place) => appendFileSync(join(place, commitFile(COMMITS)), '{}'),
    ],
    [
      'was replaced by a copy',
      (place) => {
        cpSync(place, `${place}.copy`, { recursive: true, preserveTimestamps: true });
        rmSync(place, { recursive: true });
        cpSync(`${place}.copy`, place, { recursive: true, preserveTimestamps: true });
        rmSync(`${place}.copy`, { recursive: true });
      },
    ],
    ['was deleted', (place) => rmSync(place, { recursive: true })],
    [
      'was replaced by a file',
      (place) => {
        rmSync(place, { recursive: true });
        writeFileSync(place, '');
      },
    ],
  ])('is read again when it %s', async (_, disturb) => {
    const name = modelName(at);
    at += 1;
    await disturb(join(folder, registryFolder(name)), name);
    await expectSameAnswers(folder);
  });

  it('is read again when many others changed too, and the file is rewritten', async () => {
    const before = readFileSync(headsOf(folder));
    const later = openFileStore(folder).registry;
    for (const entry of (await later.list()).slice(0, 66)) {
      const changes = [{ kind: 'model-updated', description: 'newer' } as const];
      await later.commit(entry.model.name, entry.head, { by: BY, atMs: Date.now(), changes });
    }
    await expectSameAnswers(folder);
    await atRest(folder);
    await expectSameAnswers(folder);
    await expectSameAnswers(folder);
    expect(readFileSync(headsOf(folder)).equals(before)).toBe(false);
  });

  it('is not read from a file that is invalid although its checks match', () => {
    const [numbers, texts] = [Buffer.alloc(13 * 8), Buffer.from('[["a"],["registry/a"]]')];
    const fileOf = (header: unknown, ...buffers: Buffer[]): Buffer => {
      const json = Buffer.from(JSON.stringify(header));
      const prefix = Buffer.alloc(16);
      prefix.write('TDMKHEAD');
      prefix.writeUInt32LE(json.length, 8);
      prefix.writeUInt32LE(crc32(json), 12);
      return Buffer.concat([prefix, json, ...buffers]);
    };
    const headerOf = (names: Buffer, rows: Buffer): unknown => ({
      format: 1,
      byteOrder: endianness(),
      texts: [0, names.length, crc32(names)],
      numbers: [names.length, rows.length, crc32(rows)],
    });
    const whole = temporaryFolder();
    const load = (file: Buffer): unknown => {
      mkdirSync(join(whole, LAYOUT.index), { recursive: true });
      writeFileSync(headsOf(whole), file);
      return loadRegistryHeadsFile(whole)?.places;
    };
    expect(load(fileOf(headerOf(texts, numbers), texts, numbers))).toEqual(['registry/a']);
    for (const header of [null, 1, {}, { format: 1 }, { format: 1, byteOrder: endianness() }]) {
      expect(load(fileOf(header, texts, numbers))).toBeUndefined();
    }
    const far = { ...(headerOf(texts, numbers) as object), texts: [0, 2 ** 40, 0] };
    expect(load(fileOf(far, texts, numbers))).toBeUndefined();
    for (const other of ['null', '[]', '[["a"]]', '[[1],[2]]', '[["a","b"],["registry/a"]]', '{']) {
      const names = Buffer.from(other);
      expect(load(fileOf(headerOf(names, numbers), names, numbers))).toBeUndefined();
    }
    const half = numbers.subarray(0, 8);
    expect(load(fileOf(headerOf(texts, half), texts, half))).toBeUndefined();
  });
});

function cutTo(path: string, bytes: number): void {
  writeFileSync(path, readFileSync(path).subarray(0, bytes));
}

/** Edits a file in place, without a change of its length. */
function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'latin1');
  expect([text.includes(from), from.length]).toEqual([true, to.length]);
  writeFileSync(path, text.replace(from, to), 'latin1');
}
