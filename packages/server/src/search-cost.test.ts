import { expect, test } from 'vitest';
import { serve } from './testing/serve.ts';

const API = '/api/2.0/mlflow';
const conditions = (count: number): string => Array(count).fill("name='a'").join(' or ');
const nested = (depth: number): string => `${'('.repeat(depth)}name='a'${')'.repeat(depth)}`;

/** Filters that would block a server which reads them without limits. */
const FILTERS: Readonly<Record<string, string>> = {
  'a literal of 16 MB': `name = '${'x'.repeat(16_000_000)}'`,
  '100,000 conditions': conditions(100_000),
  '100,000 parentheses': nested(100_000),
  '100,000 negations': `${'not '.repeat(100_000)}name = 'a'`,
  'a number of a million digits followed by other text': `name = ${'1'.repeat(999_000)}x`,
};

test.each(Object.entries(FILTERS))(
  '%s gets 400 from the searches of tracking, and other requests are served meanwhile',
  async (_, filter) => {
    const client = await serve();
    for (const route of ['runs/search', 'experiments/search', 'logged-models/search']) {
      const asked = { experiment_ids: ['0'], max_results: 5, filter };
      const [refused, served] = await Promise.all([
        client.send('POST', `${API}/${route}`, asked),
        client.fetch('/health'),
      ]);
      expect([route, refused.status, refused.json.error_code]).toEqual([
        ...[route, 400, 'INVALID_PARAMETER_VALUE'],
      ]);
      // The answer does not repeat the filter.
      expect(JSON.stringify(refused.json).length).toBeLessThan(5_000);
      expect(served.status).toBe(200);
    }
  },
);

test.each([
  ['more conditions than the limit', conditions(1001).replaceAll(' ', '+')],
  ['parentheses deeper than the limit', nested(1000)],
])('an address with %s gets 400 from the searches of the registry', async (_, filter) => {
  const client = await serve();
  for (const route of ['registered-models/search', 'model-versions/search']) {
    const answer = await client.fetch(`${API}/${route}?filter=${filter}`);
    expect([route, answer.status]).toEqual([route, 400]);
    expect(await answer.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
  }
});

test('a number followed by other text gets 400, however long it is', async () => {
  const client = await serve();
  const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
  const long = `${'1'.repeat(4_000_000)}x`;
  for (const wrong of [{ value: long }, { value: `1.${long}` }, { timestamp: long }]) {
    const metric = { run_id: run.info.run_id, key: 'loss', value: 1, timestamp: 1, ...wrong };
    const refused = await client.send('POST', `${API}/runs/log-metric`, metric);
    expect([refused.status, refused.json.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  }
});
