import { describe, expect, it } from 'vitest';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import { registerVersion } from '../registry/register-version.ts';
import { setRegistryTag } from '../registry/set-tag.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { searchExperiments } from './search-experiments.ts';
import { searchLoggedModels } from './search-logged-models.ts';
import { searchModelVersions } from './search-model-versions.ts';
import { searchRegisteredModels } from './search-registered-models.ts';
import { searchRuns } from './search-runs.ts';

const BY = { name: 'ada', authenticated: false };

async function createRun(
  store: MemoryStore,
  experimentId: ExperimentId,
  startTimeMs: number,
): Promise<RunId> {
  const draft = { experimentId, name: `run ${startTimeMs}`, userId: 'ada', startTimeMs };
  return (await store.createRun(draft)).runId;
}

async function createModel(
  store: MemoryStore,
  name: string,
  creationTimeMs: number,
): Promise<LoggedModelId> {
  const { modelId } = await store.createLoggedModel({
    experimentId: '0' as ExperimentId,
    name,
    creationTimeMs,
    params: { depth: `${creationTimeMs}` },
  });
  await store.append([
    { kind: 'model-updated', model: modelId, timeMs: creationTimeMs, status: 'READY' },
  ]);
  return modelId;
}

describe('searchRuns', () => {
  it('finds runs by their metrics and params, page by page', async () => {
    const store = new MemoryStore();
    const ids: RunId[] = [];
    for (let index = 0; index < 5; index += 1) {
      const run = await createRun(store, '0' as ExperimentId, index);
      const metrics = { loss: index / 10 };
      await store.append([
        { kind: 'metrics', run, timeMs: index, step: 0, metrics },
        { kind: 'params', run, params: { lr: index % 2 === 0 ? '0.1' : '0.2' } },
      ]);
      ids.push(run);
    }
    const options = {
      filter: "metrics.loss < 0.4 AND params.lr = '0.1'",
      orderBy: 'metrics.loss',
      maxResults: 1,
    };
    const { runs, nextPageToken = '' } = await searchRuns(store, options);
    expect(runs.map(({ runId }) => runId)).toEqual([ids[0]]);
    const next = await searchRuns(store, { ...options, pageToken: nextPageToken });
    expect(next).toEqual({ runs: await store.runs({ runIds: [ids[2] as RunId] }) });
  });

  it('finds live runs, deleted ones, or both, in the given experiments', async () => {
    const store = new MemoryStore();
    const other = await store.createExperiment({ name: 'other', creationTimeMs: 1 });
    const live = await createRun(store, other.experimentId, 1);
    const deleted = await createRun(store, other.experimentId, 2);
    const elsewhere = await createRun(store, '0' as ExperimentId, 3);
    await store.append([{ kind: 'run-updated', run: deleted, stage: 'deleted' }]);
    const found = async (options: Parameters<typeof searchRuns>[1]): Promise<RunId[]> =>
      (await searchRuns(store, options)).runs.map(({ runId }) => runId);
    const experimentIds = [other.experimentId];
    expect(await found({})).toEqual([elsewhere, live]);
    expect(await found({ experimentIds })).toEqual([live]);
    expect(await found({ experimentIds, view: 'deleted' })).toEqual([deleted]);
    expect(await found({ experimentIds, view: 'all' })).toEqual([deleted, live]);
    expect(await found({ experimentIds: [] })).toEqual([]);
  });

  it('refuses a page token of another scope', async () => {
    const store = new MemoryStore();
    for (const time of [1, 2]) await createRun(store, '0' as ExperimentId, time);
    const { nextPageToken: pageToken = '' } = await searchRuns(store, { maxResults: 1 });
    await expect(searchRuns(store, { pageToken, view: 'all' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('searchExperiments', () => {
  it('orders experiments by their ids as numbers, and ties in another order by id, highest first', async () => {
    const store = new MemoryStore();
    for (const id of ['9', '10', '8']) {
      const experimentId = id as ExperimentId;
      await store.createExperiment({ experimentId, name: `e${id}`, creationTimeMs: 5 });
    }
    const names = async (orderBy: string[]) => {
      const { experiments } = await searchExperiments(store, { filter: "name LIKE 'e%'", orderBy });
      return experiments.map(({ name }) => name);
    };
    expect(await names([])).toEqual(['e8', 'e9', 'e10']);
    expect(await names(['experiment_id ASC'])).toEqual(['e8', 'e9', 'e10']);
    expect(await names(['experiment_id DESC'])).toEqual(['e10', 'e9', 'e8']);
    expect(await names(['creation_time ASC'])).toEqual(['e10', 'e9', 'e8']);
    expect(await names(['creation_time DESC'])).toEqual(['e10', 'e9', 'e8']);
  });

  it('finds experiments by name, times and tags', async () => {
    const store = new MemoryStore();
    for (const [name, creationTimeMs] of [['b', 5] as const, ['a', 6] as const]) {
      await store.createExperiment({ name, creationTimeMs, tags: { team: name } });
    }
    const found = async (options: Parameters<typeof searchExperiments>[1]): Promise<string[]> =>
      (await searchExperiments(store, options)).experiments.map(({ name }) => name);
    expect(await found({})).toEqual(['a', 'b', 'Default']);
    expect(await found({ orderBy: 'name DESC', filter: 'creation_time > 0' })).toEqual(['b', 'a']);
    expect(await found({ filter: "tags.team ILIKE 'B'" })).toEqual(['b']);
    expect(await found({ filter: 'tags.team IS NULL' })).toEqual(['Default']);
  });
});

describe('searchRegisteredModels and searchModelVersions', () => {
  it('find models and versions, and prompts only if the filter names their tag', async () => {
    const store = new MemoryStore();
    for (const [name, time] of [
      ['penguins', 1],
      ['penguins', 2],
      ['greeting', 3],
    ] as const) {
      const [model] = await store.loggedModels({
        modelIds: [await createModel(store, name, time)],
      });
      if (model !== undefined) await registerVersion(store, { name, model, by: BY });
    }
    await setRegistryTag(store, {
      ...{ name: 'penguins', version: 2, key: 'passed', value: 'yes', by: BY },
    });
    await setRegistryTag(store, {
      ...{ name: 'greeting', key: 'mlflow.prompt.is_prompt', value: 'true', by: BY },
    });
    for (const search of [searchRegisteredModels, searchModelVersions]) {
      await expect(search(store, { filter: 'tags.passed IS NULL' })).rejects.toMatchObject({
        code: 'FILTER_INVALID',
      });
    }
    const models = async (filter?: string): Promise<string[]> =>
      (await searchRegisteredModels(store, filter === undefined ? {} : { filter })).models.map(
        ({ name }) => name,
      );
    expect(await models()).toEqual(['penguins']);
    expect(await models("tags.`mlflow.prompt.is_prompt` = 'true'")).toEqual(['greeting']);
    expect(await models("name LIKE 'Penguin%'")).toEqual([]);

    const versions = async (filter: string): Promise<string[]> =>
      (await searchModelVersions(store, { filter, orderBy: 'version_number' })).versions.map(
        ({ modelName, version }) => `${modelName}/${version.version}`,
      );
    expect(await versions('')).toEqual(['penguins/1', 'penguins/2']);
    expect(await versions("name = 'penguins' AND version_number > 1")).toEqual(['penguins/2']);
    expect(await versions("tags.passed = 'yes'")).toEqual(['penguins/2']);
    expect(await versions("source_path LIKE 'models:/m-%'")).toEqual(['penguins/1', 'penguins/2']);
  });
});

describe('searchLoggedModels', () => {
  it('finds models by their own latest metrics, whichever run logged them', async () => {
    const store = new MemoryStore();
    const [good, bad] = [await createModel(store, 'good', 1), await createModel(store, 'bad', 2)];
    const run = await createRun(store, '0' as ExperimentId, 1);
    const evalSet = { name: 'eval', digest: 'd1' };
    const log = (model: LoggedModelId, step: number, acc: number, dataset = evalSet) =>
      store.append([{ kind: 'metrics', run, timeMs: 1, step, metrics: { acc }, model, dataset }]);
    await log(good, 0, 0.1);
    await log(good, 1, 0.9);
    await log(bad, 2, 0.2);
    await log(bad, 3, 0.99, { name: 'training', digest: 'd1' });
    const found = async (options: Parameters<typeof searchLoggedModels>[1]): Promise<string[]> =>
      (await searchLoggedModels(store, options)).models.map(({ name }) => name);
    expect(await found({})).toEqual(['bad', 'good']);
    expect(await found({ filter: 'metrics.acc > 0.5' })).toEqual(['bad', 'good']);
    expect(await found({ filter: 'metrics.acc > 0.5', datasets: [{ name: 'eval' }] })).toEqual([
      'good',
    ]);
    expect(await found({ orderBy: 'metrics.acc', datasets: [evalSet] })).toEqual(['bad', 'good']);
    // A filter matches any point. An order uses the latest one.
    expect(await found({ filter: 'metrics.acc < 0.15' })).toEqual(['good']);
    expect(await found({ filter: 'metrics.acc < 0.15 AND metrics.acc > 0.5' })).toEqual(['good']);
    expect(await found({ orderBy: 'metrics.acc' })).toEqual(['good', 'bad']);
    // `datasets` restricts the result even without a metric in the filter. `orderDatasets` does not restrict it.
    expect(await found({ datasets: [{ name: 'training' }] })).toEqual(['bad']);
    expect(await found({ datasets: [{ name: 'training', digest: 'd2' }] })).toEqual([]);
    const trainingOrder = { orderBy: 'metrics.acc', orderDatasets: [{ name: 'training' }] };
    expect(await found(trainingOrder)).toEqual(['bad', 'good']);
    expect(await found({ filter: "params.depth = '1' AND status = 'READY'" })).toEqual(['good']);
    await store.append([{ kind: 'model-updated', model: bad, timeMs: 9, stage: 'deleted' }]);
    expect(await found({})).toEqual(['good']);
    expect(await found({ view: 'deleted' })).toEqual(['bad']);
  });
});
