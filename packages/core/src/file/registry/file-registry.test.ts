import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../digest/sha256.ts';
import type { ExperimentId } from '../../model/ids.ts';
import { openFileStore } from '../file-store.ts';
import { LAYOUT } from '../layout.ts';
import { FileVersionAnnouncements } from './version-announcements.ts';

const BY = { name: 'ada', authenticated: false };

interface VersionName {
  readonly name: string;
  readonly version: number;
}

const shown = ({ name, version }: VersionName): string => `${name}/${version}`;

async function chainOfThree() {
  const folder = join(temporaryFolder(), 'store');
  const { registry } = openFileStore(folder);
  const draft = { by: BY, atMs: 1 };
  let entry = await registry.commit('Penguins & more', undefined, {
    ...draft,
    changes: [{ kind: 'model-created', description: '' }],
  });
  for (const description of ['one', 'two']) {
    const changes = [{ kind: 'model-updated', description } as const];
    entry = await registry.commit('Penguins & more', entry.head, { ...draft, changes });
  }
  const [chain] = readdirSync(join(folder, 'registry'));
  const commits = join(folder, 'registry', chain as string);
  const read = () => openFileStore(folder).registry.read('Penguins & more');
  return { commits, read, entry, folder };
}

describe('a registry chain', () => {
  it('refuses a change that is longer than a reader accepts, and accepts the next one', async () => {
    const { commits, entry, folder, read } = await chainOfThree();
    const { registry } = openFileStore(folder);
    const value = 'x'.repeat(8 * 1024 * 1024);
    const changes = Array.from(
      { length: 8 },
      (_, index) =>
        ({
          kind: 'model-tag-set',
          tag: { key: `${index}`, value, evidence: { by: BY, atMs: 1 } },
        }) as const,
    );
    const draft = { by: BY, atMs: 1 };
    await expect(
      registry.commit('Penguins & more', entry.head, { ...draft, changes }),
    ).rejects.toThrow('was not written, because it takes more than the 67108864 bytes');
    expect(readdirSync(commits)).toHaveLength(3);
    await registry.commit('Penguins & more', entry.head, {
      ...draft,
      changes: [{ kind: 'model-updated', description: 'three' }],
    });
    expect((await read())?.model.description).toBe('three');
  });

  it('is a folder of numbered commits, each with the hash of the one before', async () => {
    const { commits, entry } = await chainOfThree();
    const names = readdirSync(commits);
    expect(names).toEqual([1, 2, 3].map((n) => `${String(n).padStart(20, '0')}.json`));
    let previous: string | null = null;
    for (const name of names) {
      const text = readFileSync(join(commits, name), 'utf8');
      expect((JSON.parse(text) as { previous: string | null }).previous).toBe(previous);
      previous = `sha256:${sha256Hex(text)}`;
    }
    expect(entry.head).toEqual({ number: 3, hash: previous });
  });

  it.each([
    [
      'altered',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('one', 'won')),
    ],
    ['removed', (path: string) => rmSync(path)],
    ['cut off', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 40))],
    [
      'of another model',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('& more', '& less')),
    ],
  ])('whose middle commit is %s is refused', async (_, damage) => {
    const { commits, read } = await chainOfThree();
    damage(join(commits, `${'2'.padStart(20, '0')}.json`));
    await expect(read()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  it('with a commit of a newer format is refused', async () => {
    const { commits, read } = await chainOfThree();
    writeFileSync(join(commits, `${'4'.padStart(20, '0')}.json`), '{"format":2}');
    await expect(read()).rejects.toMatchObject({ code: 'STORE_FORMAT_TOO_NEW' });
  });

  it('in the folder of another name is reported, and hides no other model', async () => {
    const { commits, folder, read } = await chainOfThree();
    const damage: string[] = [];
    const store = openFileStore(folder, { onDamage: ({ reason }) => damage.push(reason) });
    const created = { kind: 'model-created', description: '' } as const;
    await store.registry.commit('other', undefined, { by: BY, atMs: 1, changes: [created] });
    cpSync(commits, join(folder, 'registry', 'copy-of-it'), { recursive: true });
    writeFileSync(join(folder, 'registry', 'README'), 'hello');
    expect((await store.registry.list()).map(({ model }) => model.name)).toEqual([
      'Penguins & more',
      'other',
    ]);
    expect(damage).toEqual([expect.stringContaining('belong in registry/penguins-more-')]);
    expect((await read())?.head.number).toBe(3);
  });

  it('with a change of an unknown kind is refused, not skipped', async () => {
    const { commits, read, entry } = await chainOfThree();
    const { head } = entry;
    const commit = { format: 1, model: 'Penguins & more', number: 4, previous: head.hash };
    const changes = [{ kind: 'hologram-set', version: 1 }];
    const text = JSON.stringify({ ...commit, nonce: 'n', by: BY, atMs: 1, changes });
    writeFileSync(join(commits, `${'4'.padStart(20, '0')}.json`), text);
    await expect(read()).rejects.toMatchObject({ code: 'STORE_FORMAT_TOO_NEW' });
  });

  /** Starts a process for each name, which registers five versions of it, and returns their numbers. */
  async function registerIn(folder: string, names: readonly string[], modelId?: string) {
    const script = await bundleScript(
      new URL('../../testing/register-versions.ts', import.meta.url),
    );
    const ofModel = modelId === undefined ? [] : [modelId];
    const children = names.map((name) =>
      spawn(process.execPath, [script, folder, '5', name, ...ofModel], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const printed = await Promise.all(
      children.map(async (child) => {
        let text = '';
        child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
        const [code] = (await once(child, 'close')) as [number];
        expect(code).toBe(0);
        return text.trim().split('\n').map(Number);
      }),
    );
    return printed.flat().sort((a, b) => a - b);
  }

  it('gives every version number to exactly one of eight processes', async () => {
    const folder = join(temporaryFolder(), 'store');
    const numbers = await registerIn(folder, Array<string>(8).fill('raced'));
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    const entry = await openFileStore(folder).registry.read('raced');
    expect(entry?.model.versions.map(({ version }) => version)).toEqual(numbers);
  });

  it.each([
    ['one registered model', ['raced', 'raced', 'raced', 'raced']],
    ['different registered models', ['a', 'b', 'c', 'd']],
  ])(
    'gets all versions that processes make of a logged model into its tag: %s',
    async (_, names) => {
      const folder = join(temporaryFolder(), 'store');
      const store = openFileStore(folder);
      const { modelId } = await store.createLoggedModel({
        experimentId: '0' as ExperimentId,
        name: 'm',
        creationTimeMs: 1,
      });
      await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
      expect(await registerIn(folder, names, modelId)).toHaveLength(20);
      const [model] = await store.loggedModels({ modelIds: [modelId] });
      const listed = JSON.parse(model?.tags['mlflow.modelVersions'] ?? '[]') as VersionName[];
      const made = (await store.registry.list()).flatMap(({ model: { name, versions } }) =>
        versions.map(({ version }) => ({ name, version })),
      );
      expect(listed.map(shown).sort()).toEqual(made.map(shown).sort());
      expect(made).toHaveLength(20);
    },
  );

  it('ignores announcements of versions that do not exist, and pipes among them', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const draft = { experimentId: '0' as ExperimentId, name: 'm', creationTimeMs: 1 };
    const { modelId } = await store.createLoggedModel(draft);
    await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
    await new FileVersionAnnouncements(folder).add(modelId, { name: 'elsewhere', version: 7 });
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [join(folder, LAYOUT.announcements, modelId, 'f'.repeat(32))]);
    }
    expect(await registerIn(folder, ['here'], modelId)).toHaveLength(5);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    const listed = JSON.parse(model?.tags['mlflow.modelVersions'] ?? '[]') as VersionName[];
    expect(listed.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    expect(listed.every(({ name }) => name === 'here')).toBe(true);
  });
});
