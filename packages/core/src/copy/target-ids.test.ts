import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoggedModelId, newLoggedModelId, newRunId, type RunId } from '../model/ids.ts';
import type { ExperimentDraft, LoggedModelDraft, RunDraft, Store } from '../port/store.ts';
import { createModelVersion } from '../registry/create-model-version.ts';
import { createRegisteredModel } from '../registry/create-registered-model.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { copyStore } from './copy-store.ts';
import { textInTarget } from './target-ids.ts';

const ADA = { name: 'ada', authenticated: false };
const EXPERIMENT = 'penguins';

/** A store that assigns every id itself, like MLflow's server does. */
class OwnIdsStore extends MemoryStore {
  override readonly capabilities = { ...new MemoryStore().capabilities, keepsIds: false };
  #experiments = 0;

  override createExperiment({ experimentId: _, ...draft }: ExperimentDraft) {
    this.#experiments += 1;
    const experimentId = String(10 ** 17 + this.#experiments * 1000) as never;
    return super.createExperiment({ ...draft, experimentId });
  }

  override createRun({ runId: _, ...draft }: RunDraft) {
    return super.createRun(draft);
  }

  override createLoggedModel({ modelId: _, ...draft }: LoggedModelDraft) {
    return super.createLoggedModel(draft);
  }
}

/** Two runs and two logged models that name each other in every place that is text. */
async function entangled(): Promise<{ store: Store; ids: readonly string[] }> {
  const store = new MemoryStore();
  const runIds = [newRunId(), newRunId()] as const;
  const modelIds = [newLoggedModelId(), newLoggedModelId()] as const;
  const all = [...runIds, ...modelIds];
  const values = {
    'mlflow.log-model.history': JSON.stringify(all.map((id) => ({ run_id: id, path: `a/${id}` }))),
    address: `models:/${modelIds[1]}/x and runs:/${runIds[1]}/model`,
    joined: all.join('_'),
  };
  const { experimentId } = await store.createExperiment({
    name: EXPERIMENT,
    creationTimeMs: 1,
    tags: { ...values, team: 'south' },
  });
  const uri = `mlflow-artifacts:/${experimentId}/${runIds[0]}/artifacts`;
  // The child is older than its parent, and each model names the other.
  for (const [at, runId] of runIds.entries()) {
    const parent = { 'mlflow.parentRunId': runIds[1 - at] as RunId };
    const draft = { experimentId, name: `run ${at}`, userId: '', startTimeMs: 10 + at };
    await store.createRun({ ...draft, runId, tags: { ...values, uri, ...parent } });
    await store.createLoggedModel({
      modelId: modelIds[at] as LoggedModelId,
      experimentId,
      name: `model ${at}`,
      creationTimeMs: 20 + at,
      sourceRunId: runId,
      params: values,
      tags: values,
    });
    const dataset = { name: 'd', digest: 'd1', sourceType: 'run', source: uri };
    await store.append([
      { kind: 'params', run: runId, params: values },
      { kind: 'dataset', run: runId, input: { dataset, tags: values } },
    ]);
  }
  const description = `of ${runIds[0]}`;
  await createRegisteredModel(store, { name: 'p', by: ADA, description, tags: values });
  for (const source of [`runs:/${runIds[1]}/model`, `models:/${modelIds[0]}`, `${uri}/model`]) {
    const version = { name: 'p', source, description, tags: values, runLink: uri, by: ADA };
    await createModelVersion(store, version);
  }
  return { store, ids: [...all, experimentId] };
}

async function textOf(store: Store): Promise<string> {
  const things = [
    (await store.experiments()).filter(({ name }) => name === EXPERIMENT),
    await store.runs({}),
    await store.loggedModels({}),
    (await store.registry.list()).map(({ model }) => model),
  ];
  return JSON.stringify(things, (key, value) => (key === 'runState' ? undefined : value));
}

describe('a copy into a store that gives ids itself', () => {
  it('has the ids of the source only in the tag that records them', async () => {
    const { store, ids } = await entangled();
    const target = new OwnIdsStore();
    const report = await copyStore(store, target);
    expect(report.problems).toEqual([]);
    const copied = (await textOf(target)).replace(/"tidemark\.copied-from":"[^"]*"/g, '');
    expect(ids.filter((id) => copied.includes(id))).toEqual([]);
    const runs = await target.runs({});
    const [parent, child] = runs;
    expect(runs.map(({ name }) => name)).toEqual(['run 1', 'run 0']);
    expect(child?.tags['mlflow.parentRunId']).toBe(parent?.runId);
    expect(parent?.tags['mlflow.parentRunId']).toBe(child?.runId);
  });

  it('copies nothing the second time, and can be copied back under the ids of the source', async () => {
    const { store } = await entangled();
    const target = new OwnIdsStore();
    await copyStore(store, target);
    const before = await textOf(target);
    await copyStore(store, target);
    expect(await textOf(target)).toBe(before);
    expect((await target.runs({})).length).toBe(2);
    await copyStore(target, store);
    expect((await store.runs({})).length).toBe(2);
    const [parent, child] = await store.runs({});
    expect(child?.tags['mlflow.parentRunId']).toBe(parent?.runId);
  });
});

it('whole ids are replaced anywhere in a text, and parts of longer ones are not', () => {
  const id = fc.stringMatching(/^[0-9a-f]{32}$/);
  const around = fc.constantFrom('', ' ', '/', '"', '_', '=', ':', '[', ',', '-');
  fc.assert(
    fc.property(id, id, around, around, (from, to, before, after) => {
      const ids = {
        to: new OwnIdsStore(),
        experiments: new Map(),
        runs: new Map([[from as RunId, to as RunId]]),
        models: new Map(),
        selected: new Set([from]),
      };
      expect(textInTarget(ids, before + from + after)).toBe(before + to + after);
      const longer = `${before}${from}0${after}`;
      expect(textInTarget(ids, longer)).toBe(longer);
    }),
  );
});

it('a copy of a spool gets the ids of its server, also inside values', async () => {
  const server = new OwnIdsStore();
  const draft = { name: 'r', userId: '', startTimeMs: 1 };
  const there = await server.createExperiment({ name: EXPERIMENT, creationTimeMs: 1 });
  // A run that the server has and that continues in the spool; a run created in the spool, with a nested run.
  const known = await server.createRun({ ...draft, experimentId: there.experimentId });
  const spool = new MemoryStore();
  const { experimentId } = await spool.createExperiment({ name: EXPERIMENT, creationTimeMs: 1 });
  await spool.createRun({ ...draft, experimentId, runId: known.runId });
  const born = await spool.createRun({ ...draft, experimentId, name: 'born', startTimeMs: 2 });
  const places = `runs:/${known.runId}/a, runs:/${born.runId}/b`;
  await spool.createRun({
    ...draft,
    experimentId,
    name: 'nested',
    startTimeMs: 3,
    tags: { 'mlflow.parentRunId': born.runId, places },
  });
  await spool.append([{ kind: 'params', run: known.runId, params: { places } }]);
  for (const isAgain of [false, true]) {
    expect((await copyStore(spool, server)).problems).toEqual([]);
    const runs = await server.runs({});
    expect([isAgain, runs.length]).toEqual([isAgain, 3]);
    const bornThere = runs.find(({ name }) => name === 'born')?.runId as RunId;
    expect(bornThere).not.toBe(born.runId);
    const expected = `runs:/${known.runId}/a, runs:/${bornThere}/b`;
    expect(runs.find(({ name }) => name === 'nested')?.tags).toMatchObject({
      'mlflow.parentRunId': bornThere,
      places: expected,
    });
    expect(runs.find(({ runId }) => runId === known.runId)?.params).toEqual({ places: expected });
  }
});
