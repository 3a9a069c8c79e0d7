import { describe, expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';
import { startRun } from '../testing/start-run.ts';

const API = '/api/2.0/mlflow';

describe('runs and experiments over HTTP', () => {
  it('accept a batch as a whole or not at all', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    await client.post(`${API}/runs/log-parameter`, { run_id: runId, key: 'lr', value: '1' });
    const refused = await client.send('POST', `${API}/runs/log-batch`, {
      run_id: runId,
      metrics: [{ key: 'loss', value: 1, timestamp: 1 }],
      params: [{ key: 'lr', value: '2' }],
      tags: [{ key: 'stage', value: 'late' }],
    });
    expect(refused.status).toBe(400);
    expect(refused.json.message).toContain(
      `Params were already logged='[{'key': 'lr', 'old_value': '1', 'new_value': '2'}]' for run ID='${runId}'`,
    );
    const { run } = await client.get(`${API}/runs/get?run_id=${runId}`);
    expect(run.data.metrics).toBeUndefined();
    expect(run.data.tags).not.toContainEqual({ key: 'stage', value: 'late' });
  });

  it('keep the address of a dataset, and not its credentials', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    const dataset = { name: 'd', digest: 'x', source_type: 'http' };
    const source = '{"url": "https://ada:hunter2@host/d.csv?part=1&X-Amz-Signature=abc"}';
    const datasets = [{ dataset: { ...dataset, source } }];
    await client.post(`${API}/runs/log-inputs`, { run_id: runId, datasets });
    const { run } = await client.get(`${API}/runs/get?run_id=${runId}`);
    expect(run.inputs.dataset_inputs[0].dataset).toEqual({
      ...dataset,
      source: '{"url": "https://***@host/d.csv?part=1&X-Amz-Signature=***"}',
    });
  });

  it('are found by their experiments, their ids and the contexts of their datasets', async () => {
    const client = await serve();
    const found: Record<string, string> = {};
    for (const context of ['training', 'validation', 'test']) {
      const experiment = await client.post(`${API}/experiments/create`, { name: context });
      const { run } = await client.post(`${API}/runs/create`, experiment);
      const { run_id } = run.info;
      found[context] = run_id;
      await client.post(`${API}/runs/log-inputs`, {
        run_id,
        datasets: [
          {
            tags: [{ key: 'mlflow.data.context', value: context }],
            dataset: { name: 'd', digest: 'x', source_type: 'local', source: '{}' },
          },
        ],
      });
    }
    const { experiments } = await client.post(`${API}/experiments/search`, { max_results: 10 });
    const ids = Object.fromEntries(
      experiments.map((each: { name: string; experiment_id: string }) => [
        each.name,
        each.experiment_id,
      ]),
    );
    const search = async (filter: string): Promise<string[]> => {
      const experiment_ids = Object.values(ids);
      const { runs } = await client.post(`${API}/runs/search`, { experiment_ids, filter });
      return (runs ?? []).map((run: { info: { run_id: string } }) => run.info.run_id).sort();
    };
    const expected = [found.training, found.test].sort();
    expect(await search("dataset.context IN ('training', 'test')")).toEqual(expected);
    expect(await search(`experiment_id IN ('${ids.training}', '${ids.test}')`)).toEqual(expected);
    expect(await search(`run_id IN ('${found.training}', '${found.test}')`)).toEqual(expected);
    expect(await search("dataset.context IN ('other')")).toEqual([]);
  });

  it('keep the last of several tags with one key', async () => {
    const client = await serve();
    const tags = [
      { key: 'stage', value: 'early' },
      { key: 'stage', value: 'late' },
    ];
    const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0', tags });
    const { run_id } = run.info;
    expect(run.data.tags).toContainEqual({ key: 'stage', value: 'late' });
    expect(run.data.tags).not.toContainEqual({ key: 'stage', value: 'early' });
    await client.post(`${API}/runs/log-batch`, { run_id, tags: [...tags].reverse() });
    const { run: after } = await client.get(`${API}/runs/get?run_id=${run_id}`);
    expect(after.data.tags).toContainEqual({ key: 'stage', value: 'early' });
    const model = await client.post(`${API}/registered-models/create`, { name: 'm', tags });
    expect(model.registered_model.tags).toEqual([{ key: 'stage', value: 'late' }]);
  });

  it('keep every point of a batch, even with equal keys, steps or times', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    const metrics = Array.from({ length: 300 }, (_, index) => ({
      key: ['a', 'b', 'c'][index % 3],
      value: index === 7 ? 'NaN' : index / 7,
      timestamp: 1000 + (index % 5),
      step: index % 11,
    }));
    await client.post(`${API}/runs/log-batch`, { run_id: runId, metrics });
    for (const key of ['a', 'b', 'c']) {
      const logged = metrics.filter((metric) => metric.key === key);
      const { metrics: history } = await client.get(
        `${API}/metrics/get-history?run_id=${runId}&metric_key=${key}`,
      );
      const byText = (points: object[]) => points.map((point) => JSON.stringify(point)).sort();
      expect(byText(history)).toEqual(byText(logged));
    }
  });

  it('return an even sample of a long history, with both ends', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    const metrics = Array.from({ length: 1000 }, (_, step) => ({
      key: 'loss',
      value: step,
      timestamp: step,
      step,
    }));
    await client.post(`${API}/runs/log-batch`, { run_id: runId, metrics });
    const url = `${API}/metrics/get-history-bulk-interval?run_ids=${runId}&metric_key=loss&max_results=10`;
    const { metrics: sample } = await client.get(url);
    expect(sample.map(({ step }: { step: number }) => step)).toEqual([
      0, 111, 222, 333, 444, 555, 666, 777, 888, 999,
    ]);
  });

  it('return every point of a logged model, from any run of any experiment', async () => {
    const client = await serve();
    const { model } = await client.post(`${API}/logged-models`, { experiment_id: '0', name: 'm' });
    const { model_id } = model.info;
    const other = await client.post(`${API}/experiments/create`, { name: 'evaluation' });
    const { run } = await client.post(`${API}/runs/create`, other);
    const { run_id } = run.info;
    const point = { run_id, key: 'acc', model_id };
    await client.post(`${API}/runs/log-metric`, { ...point, value: 0.5, timestamp: 1, step: 0 });
    await client.post(`${API}/runs/log-batch`, {
      run_id,
      metrics: [{ ...point, value: 0.75, timestamp: 2, step: 1 }],
    });
    const expected = [
      { key: 'acc', value: 0.5, timestamp: 1, step: 0, run_id, model_id },
      { key: 'acc', value: 0.75, timestamp: 2, step: 1, run_id, model_id },
    ];
    const read = await client.get(`${API}/logged-models/${model_id}`);
    expect(read.model.data.metrics).toEqual(expected);
    const found = await client.post(`${API}/logged-models/search`, { experiment_ids: ['0'] });
    expect(found.models[0].data.metrics).toEqual(expected);
    const elsewhere = await client.post(`${API}/logged-models/search`, {
      experiment_ids: ['0'],
      datasets: [{ dataset_name: 'eval' }],
    });
    expect(elsewhere).toEqual({});
  });

  it('accept tags of an experiment with up to 20,000 characters, like MLflow 3.17', async () => {
    const client = await serve();
    const set = (value: string) =>
      client.send('POST', `${API}/experiments/set-experiment-tag`, {
        experiment_id: '0',
        key: 'notes',
        value,
      });
    expect((await set('a'.repeat(20_000))).status).toBe(200);
    expect((await set('a'.repeat(20_001))).status).toBe(400);
  });

  it('are found page by page, each once', async () => {
    const client = await serve();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await startRun(client)).runId);
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.post(`${API}/runs/search`, {
        experiment_ids: ['0'],
        max_results: 2,
        ...(token === undefined ? {} : { page_token: token }),
      });
      found.push(...page.runs.map((run: { info: { run_id: string } }) => run.info.run_id));
      token = page.next_page_token;
    } while (token !== undefined);
    expect(found.toSorted()).toEqual(ids.toSorted());
  });
});
