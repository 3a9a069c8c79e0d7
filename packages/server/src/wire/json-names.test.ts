import { MemoryStore } from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { serve } from '../testing/serve.ts';
import { acceptJsonNames } from './json-names.ts';

const API = '/api/2.0/mlflow';

describe('protobuf’s JSON names', () => {
  it('are read as the names of the schema, in nested messages too', async () => {
    const client = await serve({ store: new MemoryStore() });
    const { experiment_id } = await client.post(`${API}/experiments/create`, { name: 'other' });
    const { run } = await client.post(`${API}/runs/create`, {
      experimentId: experiment_id,
      runName: 'camel',
      startTime: '5',
    });
    expect(run.info).toMatchObject({ experiment_id, run_name: 'camel', start_time: 5 });
    const { run_id } = run.info;
    await client.post(`${API}/runs/log-batch`, {
      runId: run_id,
      metrics: [{ key: 'loss', value: 1, timestamp: 1, datasetName: 'd', datasetDigest: 'x' }],
    });
    await client.post(`${API}/runs/log-inputs`, {
      runId: run_id,
      datasets: [
        { dataset: { name: 'd', digest: 'x', sourceType: 'local', source: '{"uri":"file:///d"}' } },
      ],
    });
    const found = await client.post(`${API}/runs/search`, {
      experimentIds: [experiment_id],
      maxResults: 1,
      orderBy: ['attributes.start_time'],
    });
    expect(found.runs).toHaveLength(1);
    expect(found.runs[0].inputs.dataset_inputs[0].dataset.source_type).toBe('local');
    await client.post(`${API}/experiments/update`, { experimentId: experiment_id, newName: 'new' });
    await client.post(`${API}/runs/update`, { runUuid: run_id, status: 'FINISHED', endTime: 9 });
    const { run: ended } = await client.get(`${API}/runs/get?run_id=${run_id}`);
    expect(ended.info).toMatchObject({ status: 'FINISHED', end_time: 9 });
  });

  it('are refused together with the name of the schema, like in MLflow', async () => {
    const client = await serve({ store: new MemoryStore() });
    const both = { experiment_id: '0', experimentId: '1' };
    expect(await client.send('POST', `${API}/runs/create`, both)).toMatchObject({
      status: 400,
      json: {
        error_code: 'INVALID_PARAMETER_VALUE',
        message:
          "Request specifies both 'experiment_id' and 'experimentId'; provide only one of them.",
      },
    });
    const nested = { run_id: 'r', datasets: [{ dataset: { source_type: 'a', sourceType: 'b' } }] };
    expect((await client.send('POST', `${API}/runs/log-inputs`, nested)).status).toBe(400);
  });
});

test('every name of a schema is read from its JSON name, however deep, and nothing else changes', () => {
  const name = fc
    .array(fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/), { minLength: 1, maxLength: 4 })
    .map((words) => words.join('_'));
  const message = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 0 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.dictionary(name, message, { maxKeys: 4 }), (fields) => {
      const sent = JSON.parse(JSON.stringify(fields), (_, value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [jsonName(key), item]))
          : value,
      ) as object;
      acceptJsonNames(sent);
      expect(sent).toMatchObject(JSON.parse(JSON.stringify(fields)));
    }),
  );
});

test('a body that is nested too deeply for recursion is read', () => {
  let deep: object = {};
  for (let depth = 0; depth < 100_000; depth += 1) deep = { aB: deep };
  acceptJsonNames(deep);
  expect(Object.keys(deep)).toEqual(['aB', 'a_b']);
});

function jsonName(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
