import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../model/run.ts';
import { RUN_TARGET } from '../query/run-target.ts';
import { anyRun } from '../testing/search-arbitraries.ts';
import { planSearch, type SearchOptions } from './search-page.ts';

const [SOME_RUN] = fc.sample(anyRun, { numRuns: 1, seed: 1 }) as [Run];

function run(runId: string, startTimeMs: number, metrics: Record<string, number> = {}): Run {
  const points = Object.entries(metrics).map(
    ([key, value]) => [key, { key, value, timestampMs: 0, step: 0 }] as const,
  );
  return {
    ...SOME_RUN,
    runId: runId as Run['runId'],
    startTimeMs,
    metrics: Object.fromEntries(points),
  };
}

function pageOf(runs: readonly Run[], options: SearchOptions = {}) {
  const { items, nextPageToken } = planSearch(RUN_TARGET, options).page(runs);
  return { ids: items.map(({ runId }) => runId as string), nextPageToken };
}

describe('the order', () => {
  const runs = [
    run('nan', 1, { acc: Number.NaN }),
    run('none', 2),
    run('low', 3, { acc: -1 }),
    run('inf', 4, { acc: Number.POSITIVE_INFINITY }),
    run('tied', 3, { acc: -1 }),
  ];

  it('is newest first by default, then by id', () => {
    expect(pageOf(runs).ids).toEqual(['inf', 'low', 'tied', 'none', 'nan']);
  });

  it('puts missing values last and NaN just before them, in both directions', () => {
    expect(pageOf(runs, { orderBy: 'metrics.acc' }).ids).toEqual([
      ...['low', 'tied', 'inf', 'nan', 'none'],
    ]);
    expect(pageOf(runs, { orderBy: 'metrics.acc desc' }).ids).toEqual([
      ...['inf', 'low', 'tied', 'nan', 'none'],
    ]);
  });

  it('can have several keys, in one text or in several', () => {
    const expected = ['tied', 'low', 'inf', 'nan', 'none'];
    for (const orderBy of [
      'metrics.acc ASC, start_time, run_id DESC',
      ['metrics.acc', 'Created', 'attribute.run_id DESC'],
    ]) {
      expect(pageOf(runs, { orderBy }).ids).toEqual(expected);
    }
  });

  it.each([
    ['start_time, Created DESC', '`order_by` contains duplicate fields: start_time'],
    [
      'metrics.acc DOWN',
      "Invalid order_by clause 'metrics.acc DOWN'. Could not be parsed. Expected ASC, DESC, a comma",
    ],
    ['', 'the end. Expected a field'],
    ['datasets.name', 'cannot be ordered by datasets'],
  ])('%j is refused', (orderBy, message) => {
    expect(() => pageOf(runs, { orderBy })).toThrow(
      expect.objectContaining({
        code: 'FILTER_INVALID',
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe('pages', () => {
  const distinctRuns = fc.uniqueArray(anyRun, { selector: ({ runId }) => runId, maxLength: 20 });
  const orderBy = fc.constantFrom(
    ...[
      'start_time',
      'metrics.a DESC',
      'metrics.a, params.`b c` DESC',
      'run_name',
      'end_time DESC',
    ],
  );

  it('show each item once and in order, even if items are added between them', () => {
    fc.assert(
      fc.property(
        distinctRuns,
        orderBy,
        fc.integer({ min: 1, max: 5 }),
        fc.nat({ max: 20 }),
        (runs, order, maxResults, early) => {
          const all = pageOf(runs, { orderBy: order }).ids;
          const old = new Set<string>(runs.slice(0, early).map(({ runId }) => runId));
          let known = runs.slice(0, early);
          const seen: string[] = [];
          let pageToken: string | undefined;
          do {
            const page = pageOf(known, {
              orderBy: order,
              maxResults,
              ...(pageToken === undefined ? {} : { pageToken }),
            });
            seen.push(...page.ids);
            pageToken = page.nextPageToken;
            known = runs;
          } while (pageToken !== undefined);
          expect(seen).toEqual(all.filter((id) => seen.includes(id)));
          expect(seen.filter((id) => old.has(id))).toEqual(all.filter((id) => old.has(id)));
        },
      ),
      { numRuns: 500 },
    );
  });

  const runs = [run('a', 1), run('b', 2), run('c', 3)];
  const options = { filter: 'start_time > 0', orderBy: 'start_time', maxResults: 1 };
  const { nextPageToken: pageToken = '' } = pageOf(runs, options);

  it('accept a token of the same search, however the search is spelled', () => {
    const same = { filter: 'Created  > 0.0', orderBy: ['start_time ASC'], maxResults: 1 };
    expect(pageOf(runs, { ...same, pageToken }).ids).toEqual(['b']);
    expect(pageToken).toMatch(/^[\w-]+$/);
  });

  it.each([
    ['of another filter', { filter: 'start_time > 1', orderBy: 'start_time' }, pageToken],
    ['of another order', { filter: 'start_time > 0', orderBy: 'start_time DESC' }, pageToken],
    ['that is cut', options, pageToken.slice(0, -5)],
    ['that is not base64', options, '§'],
    ["of MLflow's", options, btoa('{"offset": 5}')],
    ['that is empty', options, ''],
  ])('refuse a token %s', (_what, search, token) => {
    expect(() => pageOf(runs, { ...search, pageToken: token })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('Invalid page token, '),
      }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN, 50_001])('of %d items are refused', (maxResults) => {
    expect(() => pageOf(runs, { maxResults })).toThrow("for parameter 'max_results'");
  });

  it('can have the greatest size', () => {
    expect(pageOf(runs, { maxResults: 50_000 })).toEqual({ ids: ['c', 'b', 'a'] });
  });
});
