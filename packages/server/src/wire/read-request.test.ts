import { MemoryStore } from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Client, serve } from '../testing/serve.ts';
import { parseJsonOfPython } from './json-of-python.ts';

const API = '/api/2.0/mlflow';

/** Sends a body unchanged, and returns the status and the JSON of the answer. */
async function sendText(client: Client, path: string, body: BodyInit) {
  const headers = { 'content-type': 'application/json' };
  const answer = await client.fetch(`${API}/${path}`, { method: 'POST', headers, body });
  return { status: answer.status, json: await answer.json() };
}

describe('a body that is not JSON', () => {
  it.each([
    ['runs/create', '{"experiment_id": "5",}'],
    ['runs/create', '{"experiment_id": "5"'],
    ['runs/create', "{'experiment_id': '5'}"],
    ['runs/search', '{"experiment_ids": ["0"], "filter": "metrics.loss < 1",}'],
    ['registered-models/rename', 'name=a&new_name=b'],
    ['experiments/create', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ])('is refused, and changes nothing: %s %s', async (path, body) => {
    const store = new MemoryStore();
    const client = await serve({ store });
    expect(await sendText(client, path, body)).toMatchObject({
      status: 400,
      json: {
        error_code: 'INVALID_PARAMETER_VALUE',
        message: expect.stringMatching(/^Bad Request\. The body is not (JSON: .+|UTF-8)\.$/),
      },
    });
    expect(await store.runs({})).toEqual([]);
  });

  it('is an empty message when the body is empty', async () => {
    const client = await serve({ store: new MemoryStore() });
    for (const body of ['', '""', 'null', '{}', '"{}"']) {
      expect((await sendText(client, 'runs/create', body)).status, body).toBe(200);
    }
  });
});

describe('numbers that only Python’s JSON writes', () => {
  it('are recorded as numbers', async () => {
    const client = await serve({ store: new MemoryStore() });
    const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
    const { run_id } = run.info;
    for (const [key, word] of [
      ['a', 'NaN'],
      ['b', 'Infinity'],
      ['c', '-Infinity'],
    ]) {
      const body = `{"run_id": "${run_id}", "key": "${key}", "value": ${word}, "timestamp": 1}`;
      expect((await sendText(client, 'runs/log-metric', body)).status).toBe(200);
    }
    const { run: read } = await client.get(`${API}/runs/get?run_id=${run_id}`);
    const values = read.data.metrics.map((metric: { value: unknown }) => metric.value);
    expect(values).toEqual(['NaN', 'Infinity', '-Infinity']);
  });

  it.each(['1e400', '"1e400"', '"-1e400"'])(
    '%s is not an infinity and is refused',
    async (value) => {
      const client = await serve({ store: new MemoryStore() });
      const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
      const body = `{"run_id": "${run.info.run_id}", "key": "a", "value": ${value}, "timestamp": 1}`;
      expect(await sendText(client, 'runs/log-metric', body)).toMatchObject({
        status: 400,
        json: { message: expect.stringContaining("for parameter 'value'") },
      });
    },
  );
});

const WORDS = ['NaN', 'Infinity', '-Infinity'] as const;

test('bare NaN and Infinity are read as text, and texts that contain them do not change', () => {
  const text = fc.string({ unit: fc.constantFrom('NaN', '-Infinity', '"', '\\', 'a', '\n', ' ') });
  const members = fc.array(fc.tuple(text, fc.oneof(text, fc.constantFrom(...WORDS, 1, null))));
  const numbers: ReadonlySet<unknown> = new Set(WORDS);
  fc.assert(
    fc.property(members, (list) => {
      const written = list.map(([key, value]) => {
        const bare = numbers.has(value) ? String(value) : JSON.stringify(value);
        return `[${JSON.stringify(key)}, ${bare}]`;
      });
      expect(parseJsonOfPython(`[${written.join(',')}]`)).toEqual(list);
    }),
  );
});

test('text that is not JSON of Python is refused', () => {
  for (const text of [
    'nan',
    '{NaN: 1}',
    '"NaN',
    '[NaN',
    'NaNNaN',
    '+Infinity',
    `"${'\\"'.repeat(9)}`,
  ]) {
    expect(() => parseJsonOfPython(text), text).toThrow(SyntaxError);
  }
});

test('a text or a name of megabytes is read like a short one', async () => {
  for (const long of ['x'.repeat(12_000_000), '\n'.repeat(6_000_000)]) {
    const text = `[${JSON.stringify(long)},NaN]`;
    const [read, word] = parseJsonOfPython(text) as string[];
    expect([read === long, word]).toEqual([true, 'NaN']);
  }
  const client = await serve();
  const name = `a${'Ab'.repeat(6_000_000)}!`;
  const { status } = await client.send('POST', '/api/2.0/mlflow/runs/create', { [name]: 1 });
  expect(status).toBe(200);
});
