import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { healthyStore } from '../testing/healthy-store.ts';
import { writeChain } from '../testing/large-registry.ts';
import { examineStore } from './doctor/examine-store.ts';
import { openFileStore } from './file-store.ts';
import { planGarbage } from './gc/plan-garbage.ts';
import { commitFile, LAYOUT, registryFolder } from './layout.ts';
import { refreshIndex } from './refresh-index.ts';
import type { StoreDamage } from './store-damage.ts';

// Anyone who can write into the folder of a store, or sends one as an archive, can put pipes and devices there.

const LONG = 'long';
const penguins = registryFolder('penguins');
const snapshot = `${LAYOUT.chainSnapshots}/${registryFolder(LONG).slice(LAYOUT.registry.length + 1)}.json`;

const STANDING: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'a device without end': (path) => symlinkSync('/dev/zero', path),
  'a folder': (path) => mkdirSync(path),
  'a link to itself': (path) => symlinkSync(path, path),
};

const HEALTHY = { models: 2, versions: 12, byName: 'penguins', runs: 1, doctor: [], gc: 0 };
const DERIVED = [LAYOUT.registryHeads, snapshot, 'index/000000000001.json', 'index/part'] as const;
const CASES: readonly (readonly [string[], Readonly<Record<string, unknown>>])[] = [
  [[...DERIVED], HEALTHY],
  [
    [`${penguins}/${commitFile(1)}`],
    {
      ...HEALTHY,
      models: 1,
      versions: 10,
      byName: 'STORE_DAMAGED',
      doctor: ['registry-chains'],
    },
  ],
  [
    [LAYOUT.storeFile],
    {
      models: 'STORE_DAMAGED',
      versions: 'STORE_DAMAGED',
      byName: 'STORE_DAMAGED',
      runs: 'STORE_DAMAGED',
      doctor: ['store-file'],
      gc: 'STORE_DAMAGED',
    },
  ],
];

describe.skipIf(process.platform === 'win32')(
  'an entry that is not a file, where a file belongs',
  () => {
    let script: string;
    beforeAll(async () => {
      script = await bundleScript(new URL('../testing/ask-everything.ts', import.meta.url));
    });

    async function storeOfAllFiles(): Promise<string> {
      const { folder } = await healthyStore();
      writeChain(folder, LONG, 20);
      await refreshIndex(folder);
      await openFileStore(folder).registry.list();
      writeFileSync(join(folder, LAYOUT.registryHeads), 'of another version');
      return folder;
    }

    function partIn(folder: string): string {
      const names = readdirSync(join(folder, LAYOUT.index));
      return `${LAYOUT.index}/${names.find((name) => name.startsWith('part-'))}`;
    }

    function answersOf(folder: string): unknown {
      const { stdout, stderr } = spawnSync(process.execPath, [script, folder], {
        encoding: 'utf8',
        timeout: 120_000,
        killSignal: 'SIGKILL',
      });
      expect(stderr).toBe('');
      return JSON.parse(stdout);
    }

    it.each(CASES)('at %s stops only what needs that file', async (places, expected) => {
      const healthy = await storeOfAllFiles();
      for (const stand of Object.values(STANDING)) {
        const folder = join(temporaryFolder(), 'store');
        cpSync(healthy, folder, { recursive: true });
        for (const place of places) {
          const path = join(folder, place === 'index/part' ? partIn(folder) : place);
          rmSync(path);
          stand(path);
        }
        expect(answersOf(folder)).toEqual(expected);
      }
    });
  },
);

describe.skipIf(process.platform === 'win32')('instead of the folder of a chain', () => {
  it.each(['a pipe', 'a link to itself', 'a file', 'a link that leads nowhere'])(
    '%s is reported, and hides no other model',
    async (what) => {
      const { folder } = await healthyStore();
      writeChain(folder, LONG, 3);
      const path = join(folder, penguins);
      rmSync(path, { recursive: true });
      if (what === 'a file') writeFileSync(path, 'x');
      else if (what === 'a link that leads nowhere') symlinkSync('/not/mounted', path);
      else STANDING[what]?.(path);
      const damage: StoreDamage[] = [];
      const store = openFileStore(folder, { onDamage: (place) => damage.push(place) });
      expect((await store.registry.list()).map(({ model }) => model.name)).toEqual([LONG]);
      expect(damage.map(({ file }) => file)).toContain(penguins);
      await expect(store.registry.read('penguins')).rejects.toMatchObject({
        code: 'STORE_DAMAGED',
        message: expect.stringContaining(penguins),
      });
      await store.close();
      const { findings } = await examineStore(folder);
      expect(findings.filter(({ check }) => check === 'registry-chains')).toMatchObject([
        { place: penguins, severity: 'error' },
      ]);
      expect((await planGarbage(folder)).damagedChains).toMatchObject([{ file: penguins }]);
    },
  );
});

describe.skipIf(process.platform === 'win32')(
  'a folder of a store that is a link to a missing disk',
  () => {
    it.each([LAYOUT.registry, LAYOUT.logs])(
      'is an error, and is not treated as empty: %s',
      async (place) => {
        const { folder } = await healthyStore();
        rmSync(join(folder, place), { recursive: true });
        symlinkSync('/of/a/disk/that/is/not/mounted', join(folder, place));
        const store = openFileStore(folder);
        const asked = place === LAYOUT.logs ? store.runs({}) : store.registry.list();
        await expect(asked).rejects.toMatchObject({ code: 'READ_FAILED' });
        const byName = openFileStore(folder).registry.read('penguins');
        if (place === LAYOUT.registry) await expect(byName).rejects.toThrow('mount the disk');
      },
    );
  },
);
