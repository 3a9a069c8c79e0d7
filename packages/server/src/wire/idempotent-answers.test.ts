import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { serve } from '../testing/serve.ts';
import { IdempotentAnswers } from './idempotent-answers.ts';

const RUNS = '/api/2.0/mlflow/runs/create';

describe('a create with an Idempotency-Key', () => {
  it('creates one run, even when it is sent several times at once', async () => {
    const client = await serve();
    const body = { experiment_id: '0', run_name: 'one' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.post(RUNS, body, { 'idempotency-key': 'k1' })),
    );
    answers.push(await client.post(RUNS, body, { 'idempotency-key': 'k1' }));
    expect(new Set(answers.map(({ run }) => run.info.run_id)).size).toBe(1);
    await client.post(RUNS, body, { 'idempotency-key': 'k2' });
    await client.post(RUNS, body);
    const { runs } = await client.post('/api/2.0/mlflow/runs/search', { experiment_ids: ['0'] });
    expect(runs).toHaveLength(3);
  });

  it('creates one version, and one thing for each route', async () => {
    const client = await serve();
    const headers = { 'idempotency-key': 'same' };
    await client.post('/api/2.0/mlflow/registered-models/create', { name: 'net' }, headers);
    await client.post('/api/2.0/mlflow/registered-models/create', { name: 'net' }, headers);
    const create = { name: 'net', source: 's3://bucket/net' };
    const first = await client.post('/api/2.0/mlflow/model-versions/create', create, headers);
    const again = await client.post('/api/2.0/mlflow/model-versions/create', create, headers);
    expect([first.model_version.version, again.model_version.version]).toEqual(['1', '1']);
  });

  it('is refused when the key was used for another request, or is invalid', async () => {
    const client = await serve();
    await client.post(RUNS, { experiment_id: '0' }, { 'idempotency-key': 'k' });
    for (const [key, run_name] of [
      ['k', 'other'],
      ['with blank', 'x'],
      ['k'.repeat(256), 'x'],
    ] as const) {
      const answer = await client.fetch(RUNS, {
        method: 'POST',
        body: JSON.stringify({ experiment_id: '0', run_name }),
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      });
      expect(answer.status).toBe(400);
      expect((await answer.json()).message).toMatch(/Idempotency-Key/);
    }
  });
});

describe('kept answers', () => {
  const ask = (answers: IdempotentAnswers, key: string, act: () => unknown) =>
    answers.answer({ key, scope: 'a', message: {} }, act);

  it('do not include failures', async () => {
    const answers = new IdempotentAnswers();
    const fail = () => {
      throw new Error('no');
    };
    await expect(ask(answers, 'k', fail)).rejects.toThrow('no');
    expect(await ask(answers, 'k', () => 1)).toBe(1);
    expect(await ask(answers, 'k', () => 2)).toBe(1);
  });

  it('belong to one caller and route', async () => {
    const answers = new IdempotentAnswers();
    await answers.answer({ key: 'k', scope: 'ada', message: {} }, () => 1);
    expect(await answers.answer({ key: 'k', scope: 'bob', message: {} }, () => 2)).toBe(2);
  });

  it('are kept when the clock of the machine is set', async () => {
    const answers = new IdempotentAnswers();
    await ask(answers, 'k', () => 1);
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    for (const days of [365, -365]) {
      vi.setSystemTime(Date.now() + days * 24 * 3_600_000);
      expect(await ask(answers, 'k', () => 2)).toBe(1);
    }
  });

  it('are limited in number, size and age', async () => {
    const few = new IdempotentAnswers({ answers: 2 });
    for (const key of ['a', 'b', 'c']) await ask(few, key, () => key);
    expect(await ask(few, 'a', () => 'again')).toBe('again');
    expect(await ask(few, 'c', () => 'again')).toBe('c');
    const small = new IdempotentAnswers({ characters: 10 });
    for (const key of ['a', 'b']) await ask(small, key, () => 'x'.repeat(6));
    expect(await ask(small, 'b', () => 'again')).toBe('xxxxxx');
    expect(await ask(small, 'a', () => 'again')).toBe('again');
    const young = new IdempotentAnswers({ keptMs: 0 });
    await ask(young, 'a', () => 1);
    expect(await ask(young, 'a', () => 2)).toBe(2);
  });
});
