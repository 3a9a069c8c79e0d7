import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryChange } from '../chain/registry-change.ts';
import { openFileStore } from '../file/file-store.ts';
import { collectGarbage } from '../file/gc/collect-garbage.ts';
import { planGarbage } from '../file/gc/plan-garbage.ts';
import { withCheck } from '../file/log/line-check.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';
import { registerVersion } from '../registry/register-version.ts';
import { purge } from '../tracking/purge.ts';
import { removeArtifact } from '../tracking/remove-artifact.ts';

const BY = { name: 'ada', authenticated: false } as const;
const CHECKED = { name: 'grace', authenticated: true } as const;
const DEFAULT = '0' as ExperimentId;

/** Writes one golden store into a folder that does not exist yet. */
export type GoldenCase = (folder: string) => Promise<void>;

/**
 * The golden stores of this format version. Never change a case that was written. Add another one when the format
 * gets something new.
 */
export const GOLDEN_CASES: Readonly<Record<string, GoldenCase>> = {
  'every-kind': everyKind,
  'two-writers': twoWriters,
  'torn-and-damaged': tornAndDamaged,
  'merged-logs': mergedLogs,
  purged,
  registry,
  'removed-artifacts': removedArtifacts,
  'brought-in': broughtIn,
};

async function everyKind(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const { experimentId } = await store.createExperiment({
    name: 'penguins 🐧',
    creationTimeMs: 1000,
    tags: { team: 'antarctica', gone: 'x' },
  });
  const run = await endedRun(store, experimentId, { 'mlflow.user': 'ada' });
  const { modelId } = await store.createLoggedModel({
    experimentId,
    name: 'classifier',
    creationTimeMs: 2000,
    modelType: 'tfjs',
    sourceRunId: run,
    params: { units: '8' },
    tags: { a: '1' },
  });
  const runOwner = { kind: 'run', experimentId, runId: run } as const;
  const modelOwner = { kind: 'model', experimentId, modelId } as const;
  const notes = await store.artifacts.write(runOwner, 'notes/plain.txt', Buffer.from('hello'));
  const weights = await store.artifacts.write(
    modelOwner,
    'data/weights.bin',
    Buffer.from([0, 255]),
  );
  const dataset = {
    name: 'train',
    digest: 'd1',
    sourceType: 'local',
    source: '{"uri":"x"}',
    schema: '{}',
    profile: '{}',
  };
  await store.append([
    { kind: 'params', run, params: { lr: '0.1', empty: '', 'a/b': '1', note: 'a\n"b"' } },
    { kind: 'tags', run, tags: { kept: '1', gone: '2' } },
    { kind: 'tags', run, tags: { gone: null } },
    { kind: 'metrics', run, timeMs: 10, step: 0, metrics: { loss: 0.5, odd: Number.NaN } },
    {
      kind: 'metrics',
      run,
      timeMs: 11,
      step: -1,
      metrics: { odd: Number.NEGATIVE_INFINITY },
      dataset: { name: 'train', digest: 'd1' },
      model: modelId,
    },
    {
      kind: 'metric-series',
      run,
      timeMs: 20,
      key: 'loss',
      steps: [1, 2, 3],
      elapsedMs: [0, 5, 9],
      values: [0.25, Number.POSITIVE_INFINITY, -0],
    },
    { kind: 'dataset', run, input: { dataset, tags: { 'mlflow.data.context': 'training' } } },
    { kind: 'model-input', run, model: modelId },
    { kind: 'model-output', run, model: modelId, step: 3 },
    { kind: 'artifact', owner: { run }, file: notes },
    {
      kind: 'artifact',
      owner: { run },
      file: {
        ...weights,
        path: 'same.bin',
        sameAs: { owner: { model: modelId }, path: weights.path },
      },
    },
    { kind: 'artifact', owner: { model: modelId }, file: weights },
    { kind: 'model-updated', model: modelId, timeMs: 2100, status: 'READY' },
    { kind: 'model-tags', model: modelId, timeMs: 2200, tags: { a: null, b: '2' } },
    { kind: 'model-params', model: modelId, timeMs: 2300, params: { depth: '2' } },
    { kind: 'experiment-updated', experiment: experimentId, timeMs: 1100, tags: { gone: null } },
    { kind: 'run-updated', run, name: 'renamed' },
    { kind: 'purged', timeMs: 30, by: CHECKED, reason: 'a secret', run, param: 'secret' },
  ]);
  const deleted = await endedRun(store, DEFAULT);
  await store.append([{ kind: 'run-updated', run: deleted, stage: 'deleted' }]);
  await store.close();
}

async function twoWriters(folder: string): Promise<void> {
  const [one, other] = [openFileStore(folder), openFileStore(folder)];
  const run = await endedRun(one, DEFAULT);
  await one.append([
    { kind: 'params', run, params: { lr: '0.1' } },
    { kind: 'metrics', run, timeMs: 1, step: 1, metrics: { loss: 1, same: 7 } },
  ]);
  await other.experiments();
  await other.append([
    { kind: 'params', run, params: { lr: '0.2', seed: '1' } },
    { kind: 'tags', run, tags: { writer: 'other' } },
    { kind: 'metrics', run, timeMs: 1, step: 1, metrics: { same: 7 } },
    { kind: 'metrics', run, timeMs: 2, step: 2, metrics: { loss: 2 } },
  ]);
  await one.experiments();
  await one.append([{ kind: 'tags', run, tags: { writer: 'one' } }]);
  await one.close();
  await other.close();
}

/** A store after a process was killed while it wrote, on a disk that lost a bit, with an event of a newer version. */
async function tornAndDamaged(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const run = await endedRun(store, DEFAULT);
  await store.append([{ kind: 'tags', run, tags: { first: '1' } }]);
  await store.append([{ kind: 'tags', run, tags: { damaged: '1' } }]);
  await store.append([{ kind: 'tags', run, tags: { last: '1' } }]);
  await store.close();
  const [name = ''] = readdirSync(join(folder, 'logs'));
  const log = join(folder, 'logs', name);
  writeFileSync(
    log,
    readFileSync(log, 'utf8')
      .replace('"damaged":"1"', '"damaged":1"')
      .replace(/\{"at":\d+,"kind":"sealed","crc":\d+\}\n/, ''),
  );
  const unknown = `{"at":1795450427546000,"kind":"of-a-later-version","run":"${run}"}`;
  appendFileSync(log, `${withCheck(unknown)}\n`);
  appendFileSync(log, `{"at":1795450427547000,"kind":"tags","run":"${run}","tags":{"torn":"1`);
}

async function mergedLogs(folder: string): Promise<void> {
  for (let index = 0; index < 9; index += 1) {
    const store = openFileStore(folder);
    const run = await endedRun(store, DEFAULT);
    await store.append([{ kind: 'params', run, params: { index: String(index) } }]);
    await store.close();
  }
  await collectGarbage(await planGarbage(folder), { by: BY });
}

async function purged(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const { experimentId } = await store.createExperiment({ name: 'doomed', creationTimeMs: 1 });
  await endedRun(store, experimentId);
  const [gone, kept] = [await endedRun(store, DEFAULT), await endedRun(store, DEFAULT)];
  const parts = { param: 'secret', tag: 'secret', metric: 'secret' } as const;
  const owner = { kind: 'run', experimentId: DEFAULT, runId: kept } as const;
  const file = await store.artifacts.write(owner, 'secret.txt', Buffer.from('s3cret'));
  await store.append([
    { kind: 'params', run: kept, params: { secret: 's3cret', kept: '1' } },
    { kind: 'tags', run: kept, tags: { secret: 's3cret', kept: '1' } },
    { kind: 'metrics', run: kept, timeMs: 1, step: 1, metrics: { secret: 1, kept: 2 } },
    { kind: 'artifact', owner: { run: kept }, file },
  ]);
  for (const [part, key] of Object.entries(parts) as ['param' | 'tag' | 'metric', string][]) {
    await purge(store, { run: kept, part, key }, { by: BY });
  }
  await purge(store, { run: kept, part: 'artifact', key: 'secret.txt' }, { by: BY });
  await purge(store, { run: gone }, { by: BY, reason: 'a mistake' });
  await purge(store, { experiment: experimentId }, { by: CHECKED });
  // What an old copy would restore.
  await store.append([
    { kind: 'model-tags', model: 'm-unknown' as LoggedModelId, timeMs: 1, tags: {} },
  ]);
  await store.close();
  await collectGarbage(await planGarbage(folder), { by: BY });
}

async function registry(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const run = await endedRun(store, DEFAULT);
  const draft = { experimentId: DEFAULT, name: 'm', creationTimeMs: 1, sourceRunId: run };
  const { modelId } = await store.createLoggedModel(draft);
  await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) throw new Error('the model was lost');
  await registerVersion(store, { name: 'penguins', model, by: BY, description: 'first' });
  const tag = (key: string) => ({
    key,
    value: 'true',
    evidence: { by: CHECKED, atMs: 3, runId: run },
  });
  const production = { kind: 'stage', stage: 'Production' } as const;
  const created = (version: number) =>
    ({ kind: 'version-created', version, source: 's3://bucket/model', description: '' }) as const;
  const requested = (request: string) =>
    ({
      kind: 'request-created',
      request,
      version: 1,
      target: production,
      comment: 'please',
    }) as const;
  const steps: RegistryChange[][] = [
    [{ kind: 'model-updated', description: 'birds' }],
    [
      { kind: 'model-tag-set', tag: tag('a') },
      { kind: 'model-tag-set', tag: tag('b') },
    ],
    [{ kind: 'model-tag-deleted', key: 'a' }],
    [created(2), created(3)],
    [{ kind: 'version-updated', version: 2, description: 'second' }],
    [
      {
        kind: 'version-status-set',
        version: 2,
        status: 'FAILED_REGISTRATION',
        statusMessage: 'no',
      },
    ],
    [{ kind: 'version-tag-set', version: 1, tag: tag('a') }],
    [{ kind: 'version-tag-set', version: 1, tag: tag('b') }],
    [{ kind: 'version-tag-deleted', version: 1, key: 'a' }],
    [{ kind: 'alias-set', alias: 'champion', version: 1 }],
    [{ kind: 'alias-set', alias: 'gone', version: 2 }],
    [{ kind: 'alias-deleted', alias: 'gone' }],
    [{ kind: 'stage-set', version: 2, from: 'None', to: 'Staging', cause: 'direct' }],
    [{ kind: 'rules-set', rules: [{ target: production, approvals: 1, tags: ['b'] }] }],
    [requested('r1'), requested('r2')],
    [{ kind: 'request-approved', request: 'r1', comment: 'good' }],
    [
      {
        kind: 'stage-set',
        version: 1,
        from: 'None',
        to: 'Production',
        cause: 'request',
        request: 'r1',
      },
    ],
    [{ kind: 'request-closed', request: 'r2', outcome: 'rejected', comment: 'one is enough' }],
    [{ kind: 'comment-created', comment: 'c1', version: 1, text: 'nice' }],
    [{ kind: 'comment-created', comment: 'c2', version: 1, text: 'typo' }],
    [{ kind: 'comment-updated', comment: 'c1', text: 'very nice' }],
    [{ kind: 'comment-deleted', comment: 'c2' }],
    [{ kind: 'version-deleted', version: 3 }],
  ];
  for (const [index, changes] of steps.entries()) {
    const head = (await store.registry.read('penguins'))?.head;
    await store.registry.commit('penguins', head, { by: CHECKED, atMs: 100 + index, changes });
  }
  await renameAndDelete(store);
  await store.close();
}

async function renameAndDelete(store: Store): Promise<void> {
  const commit = async (name: string, changes: RegistryChange[]): Promise<void> => {
    const head = (await store.registry.read(name))?.head;
    await store.registry.commit(name, head, { by: BY, atMs: 200, changes });
  };
  await commit('old name', [{ kind: 'model-created', description: 'renamed later' }]);
  const entry = await store.registry.read('old name');
  if (entry === undefined) throw new Error('the model was lost');
  const model = { ...entry.model, name: 'new name' };
  const from = { name: 'old name', ...entry.head };
  await commit('new name', [{ kind: 'model-arrived', from, model, lastVersion: 0 }]);
  await commit('old name', [{ kind: 'model-renamed', to: 'new name' }]);
  await commit('short-lived', [{ kind: 'model-created', description: '' }]);
  await commit('short-lived', [{ kind: 'model-deleted' }]);
}

/** A registered model that came from elsewhere in one commit. */
async function broughtIn(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const created = (version: number) =>
    ({ kind: 'version-created', version, source: 's3://bucket/model', description: '' }) as const;
  const changes: RegistryChange[] = [
    {
      kind: 'brought-in',
      by: BY,
      atMs: 50,
      changes: [{ kind: 'model-created', description: 'birds' }, created(1)],
    },
    { kind: 'brought-in', by: CHECKED, atMs: 60, changes: [created(3)] },
    { kind: 'alias-set', alias: 'champion', version: 3 },
  ];
  await store.registry.commit('penguins', undefined, { by: BY, atMs: 300, changes });
  await store.close();
}

async function removedArtifacts(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const run = await endedRun(store, DEFAULT);
  const draft = { experimentId: DEFAULT, name: 'm', creationTimeMs: 1, sourceRunId: run };
  const { modelId } = await store.createLoggedModel(draft);
  const ofRun = { kind: 'run', experimentId: DEFAULT, runId: run } as const;
  const ofModel = { kind: 'model', experimentId: DEFAULT, modelId } as const;
  for (const owner of [ofRun, ofModel]) {
    const eventOwner = owner === ofRun ? { run } : { model: modelId };
    for (const path of ['kept.txt', 'gone/a.txt', 'gone/b.txt', 'back.txt']) {
      const file = await store.artifacts.write(owner, path, Buffer.from('first'));
      await store.append([{ kind: 'artifact', owner: eventOwner, file }]);
    }
    await removeArtifact(store, owner, 'gone');
    await removeArtifact(store, owner, 'back.txt');
    const file = await store.artifacts.write(owner, 'back.txt', Buffer.from('second'));
    await store.append([{ kind: 'artifact', owner: eventOwner, file }]);
  }
  await store.close();
}

/** Ended, so that its status does not depend on whether the process of its writer is alive. */
async function endedRun(
  store: Store,
  experimentId: ExperimentId,
  tags: Readonly<Record<string, string>> = {},
): Promise<RunId> {
  const draft = { experimentId, name: 'first', userId: 'ada', startTimeMs: 1000, tags };
  const { runId } = await store.createRun(draft);
  await store.append([{ kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 2000 }]);
  return runId;
}
