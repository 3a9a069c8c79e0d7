import {
  type ExperimentId,
  MemoryStore,
  parseFilter,
  type Run,
  type RunQuery,
  type Store,
  searchRuns,
} from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverQuery } from './server-query.ts';

const FIRST = [
  { field: { entity: 'attribute', key: 'start_time' }, descending: true },
  { field: { entity: 'attribute', key: 'run_id' }, descending: false },
] as const;
const query = (filter: string, order: RunQuery['order'] = FIRST): RunQuery => {
  const parsed = parseFilter('runs', filter);
  return { order, limit: 10, view: 'active', ...(parsed === undefined ? {} : { filter: parsed }) };
};
const pushed = (filter: string): string | undefined => serverQuery(query(filter), false).filter;

async function runsOfAllKinds(): Promise<Store> {
  const store = new MemoryStore();
  for (const [at, value] of [0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY].entries()) {
    const { runId } = await store.createRun({
      experimentId: '0' as ExperimentId,
      name: `r${at}`,
      userId: at % 2 === 0 ? 'ada' : 'bob',
      startTimeMs: at,
    });
    await store.append([
      { kind: 'metrics', run: runId, timeMs: 1, step: 0, metrics: { m: value } },
      { kind: 'params', run: runId, params: { p: String(at % 3) } },
      ...(at === 2 ? [] : [{ kind: 'tags', run: runId, tags: { t: 'Xy' } } as const]),
    ]);
  }
  return store;
}

const clause = fc.constantFrom(
  'metrics.m > 0',
  'metrics.m != 0',
  "params.p = '1'",
  "params.p != '1'",
  "tags.t LIKE 'X%'",
  "tags.t NOT LIKE 'X%'",
  'tags.t IS NULL',
  "user_id = 'ada'",
  "params.p IN ('0', '2')",
  'start_time >= 2',
  "status = 'RUNNING'",
);
const filter = fc.letrec<{ all: string }>((tie) => ({
  all: fc.oneof(
    { depthSize: 'small' },
    clause,
    fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) AND (${b})`),
    fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) OR (${b})`),
    tie('all').map((inner) => `NOT (${inner})`),
  ),
})).all;

describe('the query for a server', () => {
  it('matches every run that the filter matches', async () => {
    const store = await runsOfAllKinds();
    const idsOf = async (text: string | undefined) =>
      (await searchRuns(store, text === undefined ? {} : { filter: text })).runs.map(
        ({ runId }: Run) => runId,
      );
    await fc.assert(
      fc.asyncProperty(filter, async (text) => {
        expect(await idsOf(pushed(text))).toEqual(expect.arrayContaining(await idsOf(text)));
      }),
    );
  });

  it('has the clauses that MLflow supports, joined by AND without parentheses', () => {
    expect(pushed("(metrics.m > 1 AND params.p = 'a') AND user_id LIKE 'a%'")).toBe(
      "metrics.m > 1 AND params.p = 'a' AND user_id LIKE 'a%'",
    );
    expect(pushed("metrics.m > 1 AND (params.p = 'a' OR params.p = 'b')")).toBe('metrics.m > 1');
    expect(pushed("NOT params.p = 'a'")).toBeUndefined();
    expect(pushed("params.p = 'it''s'")).toBeUndefined();
    expect(pushed("experiment_id = '7'")).toBeUndefined();
  });

  it('has the whole filter for a Tidemark server', () => {
    const whole = "metrics.m > 1 OR params.p = 'it''s'";
    expect(serverQuery(query(whole), true).filter).toBe(whole);
  });

  it('lets the server order only numbers', () => {
    const by = (entity: 'metric' | 'param', key: string) =>
      serverQuery(query('', [{ field: { entity, key }, descending: true }, ...FIRST]), false)
        .orderBy;
    expect(by('metric', 'a b')).toEqual(['metrics.`a b` DESC']);
    expect(by('param', 'p')).toBeUndefined();
    expect(serverQuery(query(''), false).orderBy).toEqual([]);
  });
});
