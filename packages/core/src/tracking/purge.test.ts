import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { resolveArtifactReference } from '../artifacts/resolve-artifact-reference.ts';
import { openFileStore } from '../file/file-store.ts';
import { modelOwner, runOwner } from '../model/artifact-owner.ts';
import type { ExperimentId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { createModelVersion } from '../registry/create-model-version.ts';
import { createRegisteredModel } from '../registry/create-registered-model.ts';
import { registerVersion } from '../registry/register-version.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { ensureExperiment, findExperimentByName } from './find-experiment.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './get-run.ts';
import { purge } from './purge.ts';
import { planPurge } from './purge-plan.ts';

const BY = { name: 'ada', authenticated: false };
const SECRET = 'hunter2';

/** A store, and how another reader sees it. */
interface Opened {
  readonly store: Store;
  readonly reread: () => Store;
}

const STORES: [string, () => Opened][] = [
  [
    'in memory',
    () => {
      const store = new MemoryStore();
      return { store, reread: () => store };
    },
  ],
  [
    'in files',
    () => {
      const folder = join(temporaryFolder(), 'store');
      return { store: openFileStore(folder), reread: () => openFileStore(folder) };
    },
  ],
];

/** A run that has the secret in every part, and a model that came from it. */
async function recorded(
  store: Store,
  experimentId = '0' as ExperimentId,
): Promise<{ run: Run; model: LoggedModel }> {
  const draft = { experimentId, name: 'first', userId: '', startTimeMs: 1 };
  const { runId } = await store.createRun({ ...draft, tags: { leaked: SECRET } });
  const { modelId } = await store.createLoggedModel({
    experimentId,
    name: 'm',
    creationTimeMs: 1,
    sourceRunId: runId,
    params: { leaked: SECRET },
  });
  const bytes = new TextEncoder().encode(SECRET);
  const files = [
    await store.artifacts.write({ kind: 'run', experimentId, runId }, 'env/.env', bytes),
    await store.artifacts.write({ kind: 'model', experimentId, modelId }, 'MLmodel', bytes),
  ] as const;
  await store.append([
    { kind: 'params', run: runId, params: { leaked: SECRET, lr: '0.1' } },
    { kind: 'metrics', run: runId, timeMs: 1, step: 0, metrics: { leaked: 42, loss: 1 } },
    { kind: 'artifact', owner: { run: runId }, file: files[0] },
    { kind: 'artifact', owner: { model: modelId }, file: files[1] },
    { kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' },
  ]);
  return { run: await getRun(store, runId), model: await getLoggedModel(store, modelId) };
}

describe.each(STORES)('purging %s', (_, open) => {
  it('removes a single param, tag, metric or artifact, and records who did it', async () => {
    const { store, reread } = open();
    const { run } = await recorded(store);
    const options = { by: BY, reason: 'logged by mistake' };
    for (const part of ['param', 'tag', 'metric'] as const) {
      expect((await planPurge(store, { run: run.runId, part, key: 'leaked' })).isVisible).toBe(
        true,
      );
      await purge(store, { run: run.runId, part, key: 'leaked' }, options);
    }
    // A folder includes the files below it.
    await purge(store, { run: run.runId, part: 'artifact', key: 'env' }, options);
    await store.append([{ kind: 'params', run: run.runId, params: { later: '1' } }]);
    for (const reader of [store, reread()]) {
      const left = await getRun(reader, run.runId);
      expect(JSON.stringify(left)).not.toContain(SECRET);
      expect(left).toMatchObject({ params: { lr: '0.1', later: '1' }, artifacts: [] });
      expect(Object.keys(left.metrics)).toEqual(['loss']);
      expect(await reader.metricHistory(run.runId, 'leaked')).toEqual([]);
      expect(await reader.metricHistory(run.runId, 'loss')).toHaveLength(1);
      expect(await reader.artifacts.list(runOwner(run))).toEqual([]);
      expect(left.purged?.map(({ part, key }) => `${part} ${key}`)).toEqual([
        'artifact env',
        'artifact env/.env',
        'metric leaked',
        'param leaked',
        'tag leaked',
      ]);
      expect(left.purged?.[0]).toMatchObject({ by: BY, reason: 'logged by mistake' });
    }
  });

  it('makes the store refuse writes that no reader would see', async () => {
    const { store } = open();
    const { run, model } = await recorded(store);
    await purge(store, { run: run.runId, part: 'param', key: 'leaked' }, { by: BY });
    const again = { kind: 'params', run: run.runId, params: { leaked: '1', other: '2' } } as const;
    await expect(store.append([again])).rejects.toMatchObject({ code: 'PURGED' });
    await store.append([{ kind: 'params', run: run.runId, params: { other: '2' } }]);
    expect((await getRun(store, run.runId)).params).toEqual({ lr: '0.1', other: '2' });
    await purge(store, { model: model.modelId }, { by: BY });
    await purge(store, { run: run.runId }, { by: BY });
    await expect(store.append([again])).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('removes a whole run or logged model from every answer', async () => {
    const { store, reread } = open();
    const { run, model } = await recorded(store);
    const plan = await purge(store, { run: run.runId }, { by: BY });
    expect(plan).toMatchObject({ runs: [run.runId], files: [{ file: { path: 'env/.env' } }] });
    await purge(store, { model: model.modelId }, { by: BY });
    for (const reader of [store, reread()]) {
      expect(await reader.runs({})).toEqual([]);
      expect(await reader.loggedModels({})).toEqual([]);
      expect(await reader.metricHistory(run.runId, 'loss')).toEqual([]);
      expect(await reader.artifacts.list(runOwner(run))).toEqual([]);
      expect(await reader.artifacts.list(modelOwner(model))).toEqual([]);
      await expect(reader.runStateDigest(run.runId)).rejects.toMatchObject({
        code: 'RUN_NOT_FOUND',
      });
    }
    await expect(purge(store, { run: run.runId }, { by: BY })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });

  it('removes an experiment with everything in it, and never assigns its id again', async () => {
    const { store, reread } = open();
    const { experimentId } = await ensureExperiment(store, 'doomed');
    const { run, model } = await recorded(store, experimentId);
    const kept = await recorded(store);
    await purge(store, { experiment: experimentId }, { by: BY });
    for (const reader of [store, reread()]) {
      expect(await findExperimentByName(reader, 'doomed')).toBeUndefined();
      expect((await reader.runs({})).map(({ runId }) => runId)).toEqual([kept.run.runId]);
      expect(await reader.loggedModels({ modelIds: [model.modelId] })).toEqual([]);
      expect(await reader.metricHistory(run.runId, 'loss')).toEqual([]);
      expect(await reader.artifacts.list(runOwner(run))).toEqual([]);
    }
    expect((await ensureExperiment(store, 'doomed')).experimentId).not.toBe(experimentId);
    await expect(purge(store, { experiment: '0' as never }, { by: BY })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('is refused for what a model version needs, but not for a param of its run', async () => {
    const { store } = open();
    const { run, model } = await recorded(store);
    const version = await registerVersion(store, { name: 'penguins', model, by: BY });
    const refused = {
      code: 'PURGE_REFUSED',
      details: { versions: [{ model: 'penguins', version: 1 }] },
    };
    for (const target of [
      { run: run.runId },
      { model: model.modelId },
      { model: model.modelId, part: 'artifact' as const, key: 'MLmodel' },
    ]) {
      await expect(purge(store, target, { by: BY })).rejects.toMatchObject(refused);
    }
    expect(await getRun(store, run.runId)).toEqual(run);
    await purge(store, { run: run.runId, part: 'param', key: 'leaked' }, { by: BY });
    await purge(store, { model: model.modelId, part: 'param', key: 'leaked' }, { by: BY });
    expect(await store.runStateDigest(run.runId, version.runState?.through)).not.toEqual(
      version.runState,
    );
  });

  it('is refused for the files of a version from a folder of a run, and for what they refer to', async () => {
    const { store } = open();
    const { run } = await recorded(store);
    const { run: origin } = await recorded(store);
    const bytes = new TextEncoder().encode('weights');
    const file = await store.artifacts.write(runOwner(origin), 'w', bytes);
    const own = await store.artifacts.write(runOwner(run), 'model/MLmodel', bytes);
    await store.append([{ kind: 'artifact', owner: { run: origin.runId }, file }]);
    const reference = { sameAs: { owner: { run: origin.runId }, path: 'w' } };
    const referring = await resolveArtifactReference(store, 'model/w', reference);
    await store.append([
      { kind: 'artifact', owner: { run: run.runId }, file: own },
      { kind: 'artifact', owner: { run: run.runId }, file: referring },
    ]);
    await createRegisteredModel(store, { name: 'penguins', by: BY });
    const source = `runs:/${run.runId}/model`;
    await createModelVersion(store, { name: 'penguins', source, runId: run.runId, by: BY });
    for (const target of [
      { run: run.runId, part: 'artifact', key: 'model' },
      { run: run.runId, part: 'artifact', key: 'model/MLmodel' },
      { run: origin.runId, part: 'artifact', key: 'w' },
      { run: origin.runId },
    ] as const) {
      await expect(purge(store, target, { by: BY })).rejects.toMatchObject({
        code: 'PURGE_REFUSED',
        details: { versions: [{ model: 'penguins', version: 1 }] },
      });
    }
    // Files next to them do not belong to the version.
    await purge(store, { run: run.runId, part: 'artifact', key: 'env' }, { by: BY });
    await purge(store, { run: origin.runId, part: 'artifact', key: 'env' }, { by: BY });
  });

  it('is refused for what artifacts of others refer to', async () => {
    const { store } = open();
    const { run: origin, model } = await recorded(store);
    const { run } = await recorded(store);
    const addresses = [
      { owner: { run: origin.runId }, path: 'env/.env' },
      { owner: { model: model.modelId }, path: 'MLmodel' },
    ];
    for (const [place, sameAs] of addresses.entries()) {
      const file = await resolveArtifactReference(store, `same/${place}`, { sameAs });
      await store.append([{ kind: 'artifact', owner: { run: run.runId }, file }]);
    }
    for (const [place, target] of [
      [0, { run: origin.runId }],
      [0, { run: origin.runId, part: 'artifact', key: 'env' }],
      [1, { model: model.modelId }],
    ] as const) {
      await expect(purge(store, target, { by: BY })).rejects.toMatchObject({
        code: 'PURGE_REFUSED',
        details: { artifacts: [{ id: run.runId, path: `same/${place}` }] },
      });
    }
    // The reference has to be purged first, unless it is part of what is purged.
    await purge(store, { run: run.runId, part: 'artifact', key: 'same/0' }, { by: BY });
    await purge(store, { run: origin.runId }, { by: BY });
    const { experimentId } = await ensureExperiment(store, 'doomed');
    const inside = await recorded(store, experimentId);
    const own = { sameAs: { owner: { model: inside.model.modelId }, path: 'MLmodel' } };
    const file = await resolveArtifactReference(store, 'own', own);
    await store.append([{ kind: 'artifact', owner: { run: inside.run.runId }, file }]);
    await purge(store, { experiment: experimentId }, { by: BY });
    const late = { kind: 'artifact', owner: { run: run.runId }, file } as const;
    await expect(store.append([late])).rejects.toMatchObject({ code: 'PURGED' });
  });

  it('removes a value that was overwritten and is no longer visible', async () => {
    const { store } = open();
    const { run } = await recorded(store);
    await store.append([{ kind: 'tags', run: run.runId, tags: { leaked: null } }]);
    const target = { run: run.runId, part: 'tag', key: 'leaked' } as const;
    expect((await planPurge(store, target)).isVisible).toBe(false);
    await purge(store, target, { by: BY });
    expect((await getRun(store, run.runId)).purged).toHaveLength(1);
    for (const bad of [{ part: 'tag' as const }, { key: 'leaked' }]) {
      await expect(planPurge(store, { run: run.runId, ...bad })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });
});
