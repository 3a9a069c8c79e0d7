import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../port/store.ts';
import { examineStore } from '../doctor/examine-store.ts';
import { openFileStore } from '../file-store.ts';
import { commitFile, registryFolder } from '../layout.ts';
import { snapshotPlace } from './chain-snapshot.ts';

const BY = { name: 'ada', authenticated: false } as const;
const NAME = 'penguins';
const PLACE = registryFolder(NAME);

async function describeModel(store: Store, description: string): Promise<void> {
  const head = (await store.registry.read(NAME))?.head;
  const change =
    head === undefined
      ? ({ kind: 'model-created', description } as const)
      : ({ kind: 'model-updated', description } as const);
  await store.registry.commit(NAME, head, { by: BY, atMs: 1, changes: [change] });
}

/** A chain that is long enough for snapshots, written by one handle. */
async function chainOf(commits: number) {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  for (let index = 1; index <= commits; index += 1) await describeModel(store, `${index}`);
  return { folder, store, snapshot: join(folder, snapshotPlace(PLACE)) };
}

/** Checks that the answers with derived files, which the first reader may write, equal those without them. */
async function expectSameAnswers(folder: string): Promise<void> {
  const answers = async (index: 'auto' | 'off') => {
    const { registry } = openFileStore(folder, { index });
    return [await registry.list(), await registry.read(NAME), await registry.chains?.read(NAME)];
  };
  const truth = await answers('off');
  expect(await answers('auto')).toEqual(truth);
  expect(await answers('auto')).toEqual(truth);
}

describe('the snapshot of a registry chain', () => {
  it.each<[string, (at: { folder: string; snapshot: string }) => void]>([
    ['exists', () => {}],
    ['is missing', ({ snapshot }) => rmSync(snapshot)],
    ['is torn', ({ snapshot }) => writeFileSync(snapshot, readFileSync(snapshot).subarray(0, 99))],
    ['is empty', ({ snapshot }) => writeFileSync(snapshot, '')],
    [
      'was edited',
      ({ snapshot }) =>
        writeFileSync(snapshot, readFileSync(snapshot, 'utf8').replace('"versions":[]', '')),
    ],
    [
      'cannot be written, because a file has the name of its folder',
      ({ folder }) => {
        rmSync(join(folder, 'index'), { recursive: true });
        writeFileSync(join(folder, 'index'), '');
      },
    ],
    [
      'is of a longer chain, from another checkout',
      ({ folder }) => {
        for (let number = 12; number <= 20; number += 1) {
          rmSync(join(folder, PLACE, commitFile(number)));
        }
      },
    ],
    [
      'is of a chain that was deleted',
      ({ folder }) => rmSync(join(folder, PLACE), { recursive: true }),
    ],
  ])('changes no answer when it %s', async (_, disturb) => {
    const { folder, snapshot } = await chainOf(20);
    disturb({ folder, snapshot });
    await expectSameAnswers(folder);
  });

  it('changes no answer when it is of another chain of the same name', async () => {
    const { folder, snapshot } = await chainOf(20);
    const other = await chainOf(20);
    cpSync(other.snapshot, snapshot);
    await expectSameAnswers(folder);
  });

  it('is written by a process that reads a long chain, but not with index: off', async () => {
    const { folder, snapshot } = await chainOf(20);
    const made = readFileSync(snapshot, 'utf8');
    rmSync(snapshot);
    await openFileStore(folder, { index: 'off' }).registry.list();
    expect(readdirSync(join(folder, 'index/registry'))).toEqual([]);
    await openFileStore(folder).registry.list();
    expect(readFileSync(snapshot, 'utf8')).not.toBe(made);
    await expectSameAnswers(folder);
  });

  it('is reported and removed by the doctor if it differs from the commits', async () => {
    const { folder, snapshot } = await chainOf(20);
    const longer = await chainOf(20);
    cpSync(longer.snapshot, snapshot);
    const found = await examineStore(folder, { fix: true });
    expect(found.findings.map(({ check, place }) => [check, place])).toEqual([
      ['derived-files', snapshotPlace(PLACE)],
    ]);
    expect((await examineStore(folder)).findings).toEqual([]);
  });

  it('does not hide an edited commit from a check of the chain', async () => {
    const { folder } = await chainOf(20);
    const commit = join(folder, PLACE, commitFile(3));
    writeFileSync(commit, readFileSync(commit, 'utf8').replace('"3"', '"other"'));
    const { registry } = openFileStore(folder);
    const all = async () => {
      for await (const { number } of registry.chains?.commits(NAME) ?? [])
        expect(number).toBeLessThan(4);
    };
    await expect(all()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    const { findings } = await examineStore(folder);
    expect(findings.map(({ check }) => check)).toContain('registry-chains');
  });
});

describe('a handle that has read a chain', () => {
  it('sees each commit of another handle at once', async () => {
    const { folder, store } = await chainOf(3);
    const other = openFileStore(folder);
    for (let round = 0; round < 30; round += 1) {
      const [writer, reader] = round % 2 === 0 ? [store, other] : [other, store];
      await describeModel(writer, `round ${round}`);
      expect((await reader.registry.read(NAME))?.model.description).toBe(`round ${round}`);
      expect((await reader.registry.list())[0]?.model.description).toBe(`round ${round}`);
    }
  });

  it('notices deleted commits, replaced commits, and a deleted chain', async () => {
    const { folder, store } = await chainOf(12);
    const kept = join(temporaryFolder(), 'kept');
    cpSync(join(folder, PLACE), kept, { recursive: true });
    rmSync(join(folder, PLACE, commitFile(12)));
    expect((await store.registry.read(NAME))?.head.number).toBe(11);
    await describeModel(store, 'another twelfth');
    const other = openFileStore(folder);
    expect((await other.registry.read(NAME))?.model.description).toBe('another twelfth');
    rmSync(join(folder, PLACE), { recursive: true });
    expect(await other.registry.list()).toEqual([]);
    mkdirSync(join(folder, PLACE));
    cpSync(kept, join(folder, PLACE), { recursive: true });
    expect((await other.registry.read(NAME))?.model.description).toBe('12');
    expect((await store.registry.list()).map(({ head }) => head.number)).toEqual([12]);
  });
});
