import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileStore } from '../../file/file-store.ts';
import { registryFolder } from '../../file/layout.ts';
import type { ExperimentId } from '../../model/ids.ts';
import { createModelVersion } from '../../registry/create-model-version.ts';
import { purge } from '../../tracking/purge.ts';
import { BY, chain, onlyLog } from '../healthy-store.ts';
import { recheckLines } from '../recheck-lines.ts';
import type { DoctorCase } from './doctor-case.ts';

/** Damage of registered models, and of the files of their versions. */
export const REGISTRY_CASES: readonly DoctorCase[] = [
  {
    check: 'registry-chains',
    what: 'a commit that was changed',
    damage: ({ folder }) => {
      const place = join(chain(folder), '00000000000000000001.json');
      writeFileSync(place, readFileSync(place, 'utf8').replace('"ada"', '"eve"'));
    },
    says: /00000000000000000002\.json/,
  },
  {
    check: 'registry-chains',
    what: 'a missing commit',
    damage: ({ folder }) => rmSync(join(chain(folder), '00000000000000000001.json')),
    says: /Commit 1 is missing/,
  },
  {
    check: 'registry-chains',
    what: 'a commit that is not JSON',
    damage: ({ folder }) => writeFileSync(join(chain(folder), '00000000000000000002.json'), '{'),
    says: /00000000000000000002\.json/,
  },
  {
    check: 'registry-chains',
    what: 'a chain in the folder of another model',
    damage: ({ folder }) => renameSync(chain(folder), join(folder, registryFolder('cats'))),
    says: /Move the folder back/,
  },
  {
    check: 'unfinished-renames',
    what: 'a rename of which only the first commit was made',
    damage: async ({ folder }) => {
      const store = openFileStore(folder);
      const entry = await store.registry.read('penguins');
      if (entry === undefined) throw new Error('the model was lost');
      const model = { ...entry.model, name: 'birds' };
      const from = { name: 'penguins', ...entry.head };
      const arrival = { kind: 'model-arrived', from, model, lastVersion: 2 } as const;
      const draft = { by: BY, atMs: 5, changes: [arrival] };
      await store.registry.commit('birds', undefined, draft);
      await store.close();
    },
    says: /The rename of "penguins" to this name was interrupted/,
  },
  {
    check: 'expected-heads',
    what: 'a history that was rewritten since its head was noted',
    damage: () => {},
    options: { expectHeads: new Map([['penguins', `sha256:${'0'.repeat(64)}`]]) },
    says: /has no commit sha256:000/,
  },
  {
    check: 'version-digests',
    what: 'a model to which a file was logged after it was registered',
    damage: async ({ folder, modelId }) => {
      const store = openFileStore(folder);
      const owner = { kind: 'model', experimentId: '0' as ExperimentId, modelId } as const;
      const file = await store.artifacts.write(owner, 'data/w', Buffer.from('other'));
      await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
      await store.close();
    },
    says: /differ from those that were registered/,
  },
  {
    check: 'version-digests',
    what: 'a run of which a line was changed',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(
        log,
        recheckLines(readFileSync(log, 'utf8').replace('"lr":"0.1"', '"lr":"0.2"')),
      );
    },
    says: /lines of the logs were changed/,
  },
  {
    check: 'version-digests',
    what: 'a run of which a secret was purged',
    damage: async ({ folder, runId }) => {
      const store = openFileStore(folder);
      await purge(store, { run: runId, part: 'param', key: 'lr' }, { by: BY });
      await store.close();
    },
    says: /ada purged the param "lr"/,
  },
  {
    check: 'unpinned-versions',
    what: 'a version whose files are outside the store',
    damage: async ({ folder }) => {
      const store = openFileStore(folder);
      await createModelVersion(store, { name: 'penguins', source: 's3://b/m', by: BY });
      await store.close();
    },
    says: /no digest of its files, which are at s3:\/\/b\/m/,
  },
];
