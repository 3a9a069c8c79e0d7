import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../../file/layout.ts';
import { refreshIndex } from '../../file/refresh-index.ts';
import { age } from '../healthy-store.ts';
import type { DoctorCase } from './doctor-case.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Problems with artifacts and derived files. */
export const FILE_CASES: readonly DoctorCase[] = [
  {
    check: 'artifacts',
    what: 'a missing artifact',
    damage: ({ folder, runId }) => rmSync(join(folder, 'artifacts/0', runId, 'a.txt')),
    says: /its file is missing/,
  },
  {
    check: 'artifacts',
    what: 'an artifact that was cut off',
    damage: ({ folder, modelId }) =>
      writeFileSync(join(folder, 'artifacts/0/models', modelId, 'data/w'), 'hell'),
    says: /its file has 4 bytes, and 5 were recorded/,
  },
  {
    check: 'artifacts',
    what: 'an artifact of the same size with other bytes',
    damage: ({ folder, runId }) =>
      writeFileSync(join(folder, 'artifacts/0', runId, 'a.txt'), 'HELLO'),
    options: { deep: true },
    says: /do not have the recorded SHA-256/,
  },
  {
    check: 'unrecorded-artifacts',
    what: 'a file that a user put there',
    damage: ({ folder, runId }) => {
      const place = join(folder, 'artifacts/0', runId, 'b.txt');
      writeFileSync(place, 'x');
      age(place, DAY_MS);
    },
    says: /It is not recorded/,
  },
  {
    check: 'partial-files',
    what: 'an artifact that was never finished',
    damage: ({ folder }) => {
      const place = join(folder, LAYOUT.partialArtifacts, 'x.partial');
      mkdirSync(join(folder, LAYOUT.partialArtifacts), { recursive: true });
      writeFileSync(place, 'half');
      age(place, 2 * DAY_MS);
    },
    says: /4 bytes/,
    isFixed: true,
  },
  {
    check: 'partial-files',
    what: 'an announcement that was never finished',
    damage: ({ folder, modelId }) => {
      const place = join(folder, LAYOUT.announcements, modelId, '.x.0a1b.partial');
      writeFileSync(place, '{"na');
      age(place, 2 * DAY_MS);
    },
    says: /4 bytes/,
    isFixed: true,
  },
  {
    check: 'derived-files',
    what: 'an announcement under the name of another version',
    damage: ({ folder, modelId }) => {
      const place = join(folder, LAYOUT.announcements, modelId, 'f'.repeat(32));
      writeFileSync(place, '{"name":"cats","version":9}');
    },
    says: /It announces no version/,
    isFixed: true,
  },
  {
    check: 'derived-files',
    what: 'a damaged index',
    damage: async ({ folder }) => {
      await refreshIndex(folder);
      const index = join(folder, LAYOUT.index);
      const [manifest = ''] = readdirSync(index).filter((name) => name.endsWith('.json'));
      writeFileSync(join(index, manifest), '{"check":"00000000","manifest":{}}\n');
    },
    says: /The index is damaged/,
    isFixed: true,
  },
];
