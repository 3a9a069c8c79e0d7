import { MemoryStore } from '@tidemark/core';
import { expect, test } from 'vitest';
import { type Client, serve } from '../testing/serve.ts';

const API = '/api/2.0/mlflow';

interface Paged {
  readonly greatest: number;
  /** Requests a page of one list, or of another (`other`) of the same kind. */
  readonly ask: (paging: object, other?: boolean) => Promise<{ status: number; json: Json }>;
}
// biome-ignore lint/suspicious/noExplicitAny: the JSON of an answer; tests read it field by field
type Json = any;

async function pagedLists(client: Client): Promise<Readonly<Record<string, Paged>>> {
  const runs: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    await client.post(`${API}/experiments/create`, { name });
    const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0', run_name: name });
    runs.push(run.info.run_id);
    await client.post(`${API}/logged-models`, { experiment_id: '0', name });
    await client.post(`${API}/registered-models/create`, { name });
    await client.post(`${API}/model-versions/create`, { name: 'a', source: 's3://bucket/m' });
  }
  for (const run_id of runs) {
    const metrics = [1, 2, 3].map((step) => ({ key: 'loss', value: step, timestamp: 1, step }));
    await client.post(`${API}/runs/log-batch`, { run_id, metrics });
  }
  const post =
    (path: string, fields: object, others: object) =>
    (paging: object, other = false) =>
      client.send('POST', `${API}${path}`, { ...fields, ...(other ? others : {}), ...paging });
  const get =
    (path: string, fields: object, others: object) =>
    (paging: object, other = false) => {
      const query = { ...fields, ...(other ? others : {}), ...paging } as Record<string, string>;
      return client.send('GET', `${API}${path}?${new URLSearchParams(query)}`);
    };
  const filter = { filter: "name LIKE '%'" };
  return {
    experiments: { greatest: 50_000, ask: post('/experiments/search', {}, filter) },
    runs: {
      greatest: 50_000,
      ask: post('/runs/search', { experiment_ids: ['0'] }, { filter: "run_name LIKE '%'" }),
    },
    'logged models': {
      greatest: 50_000,
      ask: post('/logged-models/search', { experiment_ids: ['0'] }, filter),
    },
    'registered models': { greatest: 1000, ask: get('/registered-models/search', {}, filter) },
    versions: { greatest: 200_000, ask: get('/model-versions/search', {}, filter) },
    history: {
      greatest: 25_000,
      ask: get(
        '/metrics/get-history',
        { run_id: runs[0], metric_key: 'loss' },
        { run_id: runs[1] as string },
      ),
    },
  };
}

test('every list with pages checks their size and their tokens', async () => {
  const client = await serve({ store: new MemoryStore() });
  const lists = await pagedLists(client);
  const tokens: Record<string, string> = {};
  for (const [what, { ask, greatest }] of Object.entries(lists)) {
    const first = await ask({ max_results: 2 });
    expect([what, first.status, first.json.next_page_token]).toEqual([
      what,
      200,
      expect.any(String),
    ]);
    tokens[what] = first.json.next_page_token;
    const rest = await ask({ max_results: greatest, page_token: tokens[what] });
    expect([what, rest.status, rest.json.next_page_token]).toEqual([what, 200, undefined]);
    for (const bad of [0, -1, greatest + 1, 'many', 1.5, '1e3', '9'.repeat(30)]) {
      const answer = await ask({ max_results: bad });
      expect([what, bad, answer.status, answer.json.error_code]).toEqual([
        what,
        bad,
        400,
        'INVALID_PARAMETER_VALUE',
      ]);
      expect(answer.json.message).toContain('max_results');
    }
    const of = await ask({ max_results: 2, page_token: tokens[what] }, true);
    expect([what, of.status]).toEqual([what, 400]);
    for (const bad of ['x', '%', btoa('{"offset": -1}'), btoa('{"offset": 1}'), btoa('[]')]) {
      const answer = await ask({ max_results: 2, page_token: bad });
      expect([what, bad, answer.status]).toEqual([what, bad, 400]);
      expect(answer.json.message).toMatch(/^Invalid page token/);
    }
  }
  for (const [what, { ask }] of Object.entries(lists)) {
    for (const [of, token] of Object.entries(tokens)) {
      if (of === what) continue;
      const { status } = await ask({ max_results: 2, page_token: token });
      expect([what, of, status]).toEqual([what, of, 400]);
    }
  }
});

test('a token is checked even when there is nothing to search or only one page', async () => {
  const client = await serve({ store: new MemoryStore() });
  const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
  const { run_id } = run.info;
  for (const path of [
    `/metrics/get-history?run_id=${run_id}&metric_key=loss&page_token=x`,
    `/artifacts/list?run_id=${run_id}&page_token=x`,
  ]) {
    expect([path, (await client.send('GET', `${API}${path}`)).status]).toEqual([path, 400]);
  }
  const nowhere = await client.send('POST', `${API}/runs/search`, { page_token: 'x' });
  expect(nowhere.status).toBe(400);
  expect(await client.post(`${API}/runs/search`, {})).toEqual({});
});

test('versions with equal keys are ordered by name, and then by number, newest first', async () => {
  const client = await serve({ store: new MemoryStore() });
  for (const name of ['a', 'b']) {
    await client.post(`${API}/registered-models/create`, { name });
    for (let count = 0; count < 3; count += 1) {
      await client.post(`${API}/model-versions/create`, { name, source: 's3://bucket/m' });
    }
  }
  await client.send('PATCH', `${API}/model-versions/update`, {
    name: 'a',
    version: '2',
    description: 'changed last',
  });
  const order = async (query: string) => {
    const { model_versions } = await client.get(`${API}/model-versions/search?${query}`);
    return model_versions.map(({ name, version }: Json) => `${name}${version}`);
  };
  expect(await order('order_by=name DESC')).toEqual(['b3', 'b2', 'b1', 'a3', 'a2', 'a1']);
  expect(await order('order_by=version_number')).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  expect((await order(''))[0]).toBe('a2');
});
