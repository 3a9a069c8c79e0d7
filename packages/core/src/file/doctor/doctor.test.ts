import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { ExperimentId, LoggedModelId, RunId } from '../../model/ids.ts';
import { registerVersion } from '../../registry/register-version.ts';
import { wholeState } from '../../testing/store-state.ts';
import { purge } from '../../tracking/purge.ts';
import { openFileStore } from '../file-store.ts';
import { collectGarbage } from '../gc/collect-garbage.ts';
import { planGarbage } from '../gc/plan-garbage.ts';
import { LAYOUT, registryFolder } from '../layout.ts';
import { refreshIndex } from '../refresh-index.ts';
import { CHECKS } from './checks.ts';
import { examineStore } from './examine-store.ts';

const BY = { name: 'ada', authenticated: false };
const DAY_MS = 24 * 60 * 60 * 1000;

/** A healthy store with a run, its artifact, a logged model and a registered version. */
interface Healthy {
  readonly folder: string;
  readonly runId: RunId;
  readonly modelId: LoggedModelId;
}

async function healthyStore(): Promise<Healthy> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const experimentId = '0' as ExperimentId;
  const { runId } = await store.createRun({
    experimentId,
    name: 'first',
    userId: 'ada',
    startTimeMs: 1,
  });
  const { modelId } = await store.createLoggedModel({
    experimentId,
    name: 'm',
    creationTimeMs: 1,
    sourceRunId: runId,
  });
  const bytes = Buffer.from('hello');
  const report = await store.artifacts.write({ kind: 'run', experimentId, runId }, 'a.txt', bytes);
  const weights = await store.artifacts.write(
    { kind: 'model', experimentId, modelId },
    'data/w',
    bytes,
  );
  await store.append([
    { kind: 'params', run: runId, params: { lr: '0.1' } },
    { kind: 'artifact', owner: { run: runId }, file: report },
    { kind: 'artifact', owner: { model: modelId }, file: weights },
    { kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' },
    { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 3 },
  ]);
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) throw new Error('the model was lost');
  await registerVersion(store, { name: 'penguins', model, by: BY });
  await registerVersion(store, { name: 'penguins', model, by: BY });
  await store.close();
  return { folder, runId, modelId };
}

/** Appends to a store as another process would. */
async function write(
  folder: string,
  ...events: Parameters<ReturnType<typeof openFileStore>['append']>[0]
): Promise<void> {
  const store = openFileStore(folder);
  await store.append(events);
  await store.close();
}

function onlyLog(folder: string): string {
  const [name = ''] = readdirSync(join(folder, LAYOUT.logs));
  return join(folder, LAYOUT.logs, name);
}

function chain(folder: string): string {
  return join(folder, registryFolder('penguins'));
}

function age(path: string, ageMs: number): void {
  const then = new Date(Date.now() - ageMs);
  utimesSync(path, then, then);
}

/** A log whose process is gone: of this boot, with a process id that nobody has. */
function killWriter(folder: string): string {
  const log = onlyLog(folder);
  const text = readFileSync(log, 'utf8')
    .replace(/\{[^\n]*"kind":"sealed"\}\n/, '')
    .replace(/"pid":\d+/, '"pid":4194304');
  writeFileSync(log, text);
  return log;
}

interface Case {
  /** The check that finds it. */
  readonly check: string;
  readonly what: string;
  damage(healthy: Healthy): Promise<void> | void;
  readonly says: RegExp;
  /** It is gone after `--fix`, and nothing else is. */
  readonly isFixed?: true;
  readonly options?: Parameters<typeof examineStore>[1];
}

const CASES: readonly Case[] = [
  {
    check: 'store-file',
    what: 'a store of a later format',
    damage: ({ folder }) => {
      const place = join(folder, LAYOUT.storeFile);
      writeFileSync(place, readFileSync(place, 'utf8').replace('"format": 1', '"format": 2'));
    },
    says: /Install a newer Tidemark/,
  },
  {
    check: 'store-file',
    what: 'a store file that is no JSON',
    damage: ({ folder }) => writeFileSync(join(folder, LAYOUT.storeFile), '{'),
    says: /cannot be understood/,
  },
  {
    check: 'store-file',
    what: 'a log of a later format',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(log, readFileSync(log, 'utf8').replace('"format":1', '"format":2'));
    },
    says: /has format 2/,
  },
  {
    check: 'log-headers',
    what: 'a log that lost its first line',
    damage: ({ folder }) => {
      const text = readFileSync(onlyLog(folder), 'utf8');
      writeFileSync(onlyLog(folder), text.slice(text.indexOf('\n') + 1));
    },
    says: /no header/,
  },
  {
    check: 'log-headers',
    what: 'an empty log',
    damage: ({ folder }) => writeFileSync(join(folder, 'logs', 'w-000000.jsonl'), ''),
    says: /is empty/,
  },
  {
    check: 'log-lines',
    what: 'a line that was changed',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(log, readFileSync(log, 'utf8').replace('"kind":"params"', '"kind":"params'));
    },
    says: /is not JSON/,
  },
  {
    check: 'log-lines',
    what: 'a kind that a later version added',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(log, readFileSync(log, 'utf8').replace('"kind":"params"', '"kind":"hologram"'));
    },
    says: /"hologram" is not known here. A newer version/,
  },
  {
    check: 'open-logs',
    what: 'a process that died in the middle of a line',
    damage: ({ folder }) => appendFileSync(killWriter(folder), '{"at":1,"kind":"par'),
    says: /process 4194304 .* Its last line is torn/,
  },
  {
    check: 'lost-runs',
    what: 'a run whose process died',
    damage: ({ folder }) => {
      const log = killWriter(folder);
      writeFileSync(log, readFileSync(log, 'utf8').replace('"FINISHED"', '"RUNNING"'));
    },
    says: /shown FAILED/,
  },
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
    what: 'a commit that is gone',
    damage: ({ folder }) => rmSync(join(chain(folder), '00000000000000000001.json')),
    says: /Commit 1 is missing/,
  },
  {
    check: 'registry-chains',
    what: 'a commit that is no JSON',
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
    says: /"penguins" was to be renamed to it/,
  },
  {
    check: 'expected-heads',
    what: 'a history that was written anew since its head was noted',
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
    says: /are not those that were registered/,
  },
  {
    check: 'version-digests',
    what: 'a run of which a line was changed',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(log, readFileSync(log, 'utf8').replace('"lr":"0.1"', '"lr":"0.2"'));
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
    says: /purged were param "lr" by ada/,
  },
  {
    check: 'artifacts',
    what: 'an artifact that is gone',
    damage: ({ folder, runId }) => rmSync(join(folder, 'artifacts/0', runId, 'a.txt')),
    says: /nothing is there/,
  },
  {
    check: 'artifacts',
    what: 'an artifact that was cut off',
    damage: ({ folder, modelId }) =>
      writeFileSync(join(folder, 'artifacts/0/models', modelId, 'data/w'), 'hell'),
    says: /4 bytes are there, and 5 were recorded/,
  },
  {
    check: 'artifacts',
    what: 'an artifact of the same size with other bytes',
    damage: ({ folder, runId }) =>
      writeFileSync(join(folder, 'artifacts/0', runId, 'a.txt'), 'HELLO'),
    options: { deep: true },
    says: /the bytes are others/,
  },
  {
    check: 'unrecorded-artifacts',
    what: 'a file that somebody put there',
    damage: ({ folder, runId }) => {
      const place = join(folder, 'artifacts/0', runId, 'b.txt');
      writeFileSync(place, 'x');
      age(place, DAY_MS);
    },
    says: /Nobody recorded it/,
  },
  {
    check: 'experiment-names',
    what: 'two live experiments of one name',
    damage: async ({ folder }) => {
      const experiment = (id: string) => ({
        kind: 'experiment-created' as const,
        experiment: id as ExperimentId,
        name: 'twice',
        timeMs: 1,
      });
      await write(folder, experiment('11'), experiment('12'));
    },
    says: /The experiment 11 has the name "twice" too/,
  },
  {
    check: 'param-conflicts',
    what: 'a param with two values',
    damage: ({ folder, runId }) =>
      write(folder, { kind: 'params', run: runId, params: { lr: '0.2' } }),
    says: /"lr" is "0.1"; also logged were "0.2"/,
  },
  {
    check: 'purged-remains',
    what: 'a purged param whose line is still in a log',
    damage: async ({ folder, runId }) => {
      await write(folder, { kind: 'tags', run: runId, tags: { leaked: 'hunter2' } });
      const store = openFileStore(folder);
      await purge(store, { run: runId, part: 'tag', key: 'leaked' }, { by: BY });
      await store.close();
    },
    says: /tidemark gc --yes/,
  },
  {
    check: 'superseded-logs',
    what: 'an old copy of logs that were put together',
    damage: async ({ folder, runId }) => {
      for (let index = 0; index < 8; index += 1) {
        await write(folder, { kind: 'tags', run: runId, tags: { index: String(index) } });
      }
      const copy = join(temporaryFolder(), 'copy');
      cpSync(join(folder, LAYOUT.logs), copy, { recursive: true });
      await collectGarbage(await planGarbage(folder), { by: BY });
      const [name = ''] = readdirSync(copy);
      copyFileSync(join(copy, name), join(folder, LAYOUT.logs, name));
    },
    says: /counted once/,
    isFixed: true,
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

async function stateOf(folder: string): Promise<unknown> {
  const store = openFileStore(folder);
  const state = await wholeState(store);
  await store.close();
  return state;
}

describe('tidemark doctor', () => {
  it('finds nothing in a healthy store, which others are writing to', async () => {
    const { folder } = await healthyStore();
    const other = openFileStore(folder);
    await other.createRun({
      experimentId: '0' as ExperimentId,
      name: 'running',
      userId: '',
      startTimeMs: 1,
    });
    expect((await examineStore(folder, { deep: true })).findings).toEqual([]);
    await other.close();
  });

  it.each(CASES)('$check: $what', async ({ damage, check, says, options, isFixed }) => {
    const healthy = await healthyStore();
    await damage(healthy);
    const { findings } = await examineStore(healthy.folder, options);
    const found = findings.filter((finding) => finding.check === check);
    expect(found.map(({ place, message }) => `${place} ${message}`).join('\n')).toMatch(says);
    expect(found.every((finding) => !finding.isFixed)).toBe(true);
    if (isFixed !== true) {
      expect(found.every(({ fix }) => fix === undefined)).toBe(true);
      return;
    }
    const before = await stateOf(healthy.folder);
    const repaired = await examineStore(healthy.folder, { ...options, fix: true });
    expect(repaired.findings.filter((finding) => finding.isFixed)).toHaveLength(found.length);
    const after = await examineStore(healthy.folder, options);
    expect(after.findings.filter((finding) => finding.check === check)).toEqual([]);
    expect(await stateOf(healthy.folder)).toEqual(before);
  });

  it('has a test that produces the findings of every check', () => {
    const produced = new Set(CASES.map(({ check }) => check));
    expect([...produced].sort()).toEqual(['store-file', ...CHECKS.map(({ name }) => name)].sort());
  });
});
