import { MemoryStore, type Run } from '@tidemark/core';
import { expect, test } from 'vitest';
import { serve } from '../testing/serve.ts';
import { shedLoad } from './shed-load.ts';

/** A store that creates runs when the test lets it. */
class HeldStore extends MemoryStore {
  readonly waiting: (() => void)[] = [];
  made = 0;
  override async createRun(...args: Parameters<MemoryStore['createRun']>): Promise<Run> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.made += 1;
    return super.createRun(...args);
  }
}

test('requests beyond the limit get 429 before anything is done, and later ones are accepted', async () => {
  const store = new HeldStore();
  const client = await serve({ store, prepare: (app) => shedLoad(app, 2) });
  const create = () => client.send('POST', '/api/2.0/mlflow/runs/create', { experiment_id: '0' });

  const held = [create(), create()];
  while (store.waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  const answer = await client.fetch('/api/2.0/mlflow/runs/create', {
    method: 'POST',
    body: JSON.stringify({ experiment_id: '0' }),
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(await answer.json()).toMatchObject({ error_code: 'REQUEST_LIMIT_EXCEEDED' });
  expect((await client.fetch('/health')).status).toBe(200);

  for (const go of store.waiting.splice(0)) go();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
  expect(store.made).toBe(2);
  expect(
    (await client.get('/api/2.0/mlflow/experiments/get?experiment_id=0')).experiment,
  ).toBeTruthy();
});

test('a client that disconnects frees its place', async () => {
  const store = new HeldStore();
  const client = await serve({ store, prepare: (app) => shedLoad(app, 1) });
  const gone = new AbortController();
  const request = client.fetch('/api/2.0/mlflow/runs/create', {
    method: 'POST',
    body: JSON.stringify({ experiment_id: '0' }),
    headers: { 'content-type': 'application/json' },
    signal: gone.signal,
  });
  while (store.waiting.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
  gone.abort();
  await expect(request).rejects.toThrow();
  await expect
    .poll(
      async () => (await client.fetch('/api/2.0/mlflow/experiments/get?experiment_id=0')).status,
    )
    .toBe(200);
  for (const go of store.waiting.splice(0)) go();
});
