import { expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';
import { QUERY_LIMITS } from './query-size.ts';

it('/graphql refuses queries that are too large, outside the schema, or about the schema', async () => {
  const client = await serve();
  const field = 'mlflowGetExperiment(input: { experimentId: "0" }) { experiment { name } }';
  const many = (count: number, text: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => text(at)).join(' ');
  const refused: readonly (readonly [string, RegExp])[] = [
    ['{ nothing }', /Cannot query field "nothing"/],
    ['{', /Syntax Error/],
    ['mutation { mlflowSearchRuns { runs { info { runId } } } }', /mutation/],
    ['{ __schema { types { name } } }', /introspection/i],
    ['{ __type(name: "Query") { name } }', /introspection/i],
    [`{ ${many(QUERY_LIMITS.aliases + 1, (at) => `a${at}: __typename`)} }`, /root fields/],
    [
      `{ mlflowGetRun { run { ${many(QUERY_LIMITS.aliases + 1, (at) => `a${at}: __typename`)} } } }`,
      /aliases/,
    ],
    [
      `{ ${many(QUERY_LIMITS.depth, () => 'a {')} b ${'}'.repeat(QUERY_LIMITS.depth + 1)}`,
      /levels/,
    ],
    [`{ ${many(600, () => field)} }`, /tokens/],
    // Each fragment spreads the next twice: 2^20 fields in a text of 21 lines.
    [
      `{ ...f0 } ${many(20, (at) => `fragment f${at} on Query { ...f${at + 1} ...f${at + 1} }`)} fragment f20 on Query { __typename }`,
      /fields/,
    ],
    ['{ ...f } fragment f on Query { ...f }', /fields/],
  ];
  for (const [query, why] of refused) {
    const answer = await client.post('/graphql', { query });
    expect([query, answer.data ?? null]).toEqual([query, null]);
    expect(answer.errors[0].message).toMatch(why);
    expect(answer.errors[0].extensions).toEqual({ code: 'BAD_REQUEST' });
  }
});

it('/graphql accepts only POST with JSON, and no large body', async () => {
  const client = await serve();
  const query = '{ __typename }';
  expect((await client.post('/graphql', { query })).data).toEqual({ __typename: 'Query' });
  expect((await client.send('GET', '/graphql?query={__typename}')).status).toBe(405);
  expect((await client.send('POST', '/graphql', [{ query }])).status).toBe(400);
  expect((await client.send('POST', '/graphql', {})).json.message).toMatch(/'query'/);
  const form = { method: 'POST', body: 'query={__typename}' };
  expect((await client.fetch('/graphql', form)).status).toBe(400);
  const large = await client.send('POST', '/graphql', { query: ' '.repeat(300_000) });
  expect(large.status).toBe(413);
});
