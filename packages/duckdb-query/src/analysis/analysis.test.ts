import { startRun } from '@tidemark/client';
import { MemoryStore } from '@tidemark/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import type { QuerySession } from '../query/query-session.ts';
import { aggregateBy } from './aggregate-by.ts';
import { aggregateCurves } from './aggregate-curves.ts';
import { compareRuns } from './compare-runs.ts';
import { leaderboard } from './leaderboard.ts';
import { spreadOf } from './spread.ts';

let session: QuerySession;
const ids: Record<string, string> = {};

/** The losses of each run by step; the last is the latest. */
const RUNS: Readonly<
  Record<
    string,
    { readonly lr?: string; readonly losses: readonly number[]; readonly acc?: number }
  >
> = {
  a: { lr: '0.1', losses: [3, 1], acc: 0.5 },
  b: { lr: '0.1', losses: [3, 2], acc: 0.9 },
  c: { lr: '0.1', losses: [0.5, 3] },
  diverged: { lr: '1', losses: [9, Number.NaN] },
  exploded: { lr: '1', losses: [9, Number.POSITIVE_INFINITY] },
  single: { lr: '10', losses: [7] },
  bare: { losses: [4, 4] },
  unmeasured: { lr: '0.1', losses: [] },
};

beforeAll(async () => {
  const store = new MemoryStore();
  for (const [name, { lr, losses, acc }] of Object.entries(RUNS)) {
    const options = { store, experiment: 'penguins', environment: false, name } as const;
    ids[name] = await startRun({ ...options, tags: { team: 'ice' } }, async (run) => {
      if (lr !== undefined) await run.logParams({ lr });
      for (const [step, loss] of losses.entries()) await run.logMetrics({ loss }, { step });
      if (acc !== undefined) await run.logMetric('acc', acc);
      return run.runId;
    });
  }
  await startRun({ store, experiment: 'other', environment: false, name: 'elsewhere' }, (run) =>
    run.logMetric('loss', 0),
  );
  session = await openQuery({ store, threads: 1 });
});
afterAll(() => session.close());

const penguins = { experiments: ['penguins'] } as const;

describe('leaderboard', () => {
  it('ranks by the latest value, in the direction that the key tells; NaN is last', async () => {
    const ranked = await leaderboard(session, { metric: 'loss', ...penguins });
    expect(ranked.map(({ rank, name, value }) => [rank, name, value])).toEqual([
      [1, 'a', 1],
      [2, 'b', 2],
      [3, 'c', 3],
      [4, 'bare', 4],
      [5, 'single', 7],
      [6, 'exploded', Number.POSITIVE_INFINITY],
      [7, 'diverged', Number.NaN],
    ]);
    expect(ranked[0]).toMatchObject({
      runId: ids.a,
      experimentName: 'penguins',
      status: 'FINISHED',
      step: 1,
      params: { lr: '0.1' },
    });
    expect(ranked[0]?.startTime).toBeInstanceOf(Date);
    expect(ranked[3]?.params).toEqual({});
  });

  it('ranks by the best value, with its step', async () => {
    const ranked = await leaderboard(session, { metric: 'loss', value: 'best', limit: 2 });
    expect(ranked.map(({ name, value, step }) => [name, value, step])).toEqual([
      ['elsewhere', 0, 0],
      ['c', 0.5, 0],
    ]);
    const highest = await leaderboard(session, {
      ...{ metric: 'loss', value: 'best', direction: 'higher', limit: 1, ...penguins },
    });
    expect(highest.map(({ name }) => name)).toEqual(['exploded']);
  });

  it('takes a filter, and the direction of a key that does not tell it', async () => {
    const filter = "params.lr = '0.1' AND metrics.loss < 3";
    const ranked = await leaderboard(session, { metric: 'acc', filter });
    expect(ranked.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(await leaderboard(session, { metric: 'acc', experiments: [] })).toEqual([]);
  });

  it('and the other analyses refuse an experiment that does not exist', async () => {
    const experiments = ['penguins', 'penguin'];
    for (const analysis of [
      () => leaderboard(session, { metric: 'loss', experiments }),
      () => aggregateBy(session, { metric: 'loss', param: 'lr', experiments }),
      () => aggregateCurves(session, { metric: 'loss', experiments }),
      () => compareRuns(session, { experiments }),
    ]) {
      await expect(analysis()).rejects.toMatchObject({
        code: 'EXPERIMENT_NOT_FOUND',
        message: expect.stringMatching(/"penguin"\. The store has: .*penguins/),
      });
    }
  });

  it('needs a direction for a key that does not tell it', async () => {
    await expect(leaderboard(session, { metric: 'x' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('Give the direction'),
    });
    expect(await leaderboard(session, { metric: "'); drop", direction: 'lower' })).toEqual([]);
  });

  it('gives equal values the same rank', async () => {
    const store = new MemoryStore();
    for (const value of [1, 1, 2]) {
      await startRun({ store, environment: false }, (run) => run.logMetric('loss', value));
    }
    const opened = await openQuery({ store, threads: 1 });
    const ranked = await leaderboard(opened, { metric: 'loss' });
    expect(ranked.map(({ rank }) => rank)).toEqual([1, 1, 3]);
    await opened.close();
  });
});

describe('aggregateBy', () => {
  it('has mean, deviation and interval of each value of the param', async () => {
    const groups = await aggregateBy(session, { param: 'lr', metric: 'loss', ...penguins });
    expect(groups.map(({ paramValue }) => paramValue)).toEqual(['0.1', '1', '10', null]);
    const [tenth, one, ten, bare] = groups;
    expect(tenth).toMatchObject({
      runs: 4,
      missing: 1,
      count: 3,
      nonFinite: 0,
      mean: 2,
      min: 1,
      max: 3,
    });
    expect(tenth?.deviation).toBeCloseTo(1, 12);
    // 2 ± 4.3027 / √3
    expect([tenth?.low, tenth?.high]).toEqual([
      expect.closeTo(-0.4841377, 6),
      expect.closeTo(4.4841377, 6),
    ]);
    expect(one).toMatchObject({
      runs: 2,
      missing: 0,
      count: 0,
      nonFinite: 2,
      mean: null,
      low: null,
    });
    expect(ten).toMatchObject({
      runs: 1,
      count: 1,
      mean: 7,
      deviation: null,
      low: null,
      high: null,
    });
    expect(bare).toMatchObject({ runs: 1, mean: 4 });
  });

  it('takes the best values too, and another confidence', async () => {
    const options = {
      param: 'lr',
      metric: 'loss',
      value: 'best',
      filter: 'metrics.loss > 0',
    } as const;
    const [tenth] = await aggregateBy(session, { ...options, ...penguins, confidence: 0.5 });
    expect(tenth).toMatchObject({ count: 3, mean: expect.closeTo(3.5 / 3, 12) });
    const width = (tenth?.high ?? 0) - (tenth?.low ?? 0);
    expect(width / (tenth?.deviation ?? 1)).toBeCloseTo((2 * 0.8164965809) / Math.sqrt(3), 6);
  });
});

it('aggregateCurves has the average of each step, without what diverged', async () => {
  const curves = await aggregateCurves(session, { metric: 'loss', param: 'lr', ...penguins });
  expect(
    curves.map(({ paramValue, steps, counts, means }) => [paramValue, steps, counts, [...means]]),
  ).toEqual([
    ['0.1', [0, 1], [3, 3], [expect.closeTo(6.5 / 3, 12), 2]],
    ['1', [0, 1], [2, 0], [9, Number.NaN]],
    ['10', [0], [1], [7]],
    [null, [0, 1], [1, 1], [4, 4]],
  ]);
  expect([curves[0]?.low[1], curves[0]?.high[1]]).toEqual([
    expect.closeTo(-0.4841377, 6),
    expect.closeTo(4.4841377, 6),
  ]);
  expect([curves[1]?.deviations[0], curves[2]?.deviations[0]]).toEqual([0, Number.NaN]);
  const [all, ...rest] = await aggregateCurves(session, { metric: 'loss', ...penguins });
  expect([all?.paramValue, all?.counts, rest]).toEqual([null, [7, 4], []]);
});

describe('compareRuns', () => {
  it('has params, metrics and tags of the runs, and the best ones', async () => {
    const runIds = [ids.b, ids.a, ids.diverged].map(String);
    const { runs, rows } = await compareRuns(session, { runIds });
    expect(runs.map(({ name }) => name)).toEqual(['b', 'a', 'diverged']);
    expect(rows).toEqual([
      { group: 'param', key: 'lr', values: ['0.1', '0.1', '1'], same: false },
      { group: 'metric', key: 'acc', values: [0.9, 0.5, null], same: false, best: [0] },
      { group: 'metric', key: 'loss', values: [2, 1, Number.NaN], same: false, best: [1] },
      { group: 'tag', key: 'team', values: ['ice', 'ice', 'ice'], same: true },
    ]);
    const two = await compareRuns(session, { filter: "params.lr = '1'", onlyDifferent: true });
    // Both may have started in the same millisecond, and then either may come first.
    expect(two.rows.map(({ key, values }) => [key, new Set(values)])).toEqual([
      ['loss', new Set([Number.POSITIVE_INFINITY, Number.NaN])],
    ]);
    const directed = await compareRuns(session, { runIds, directions: { loss: 'higher' } });
    expect(directed.rows[2]?.best).toEqual([0]);
  });

  it('says which run is missing', async () => {
    await expect(compareRuns(session, { runIds: ["'); drop"] })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
    expect(await compareRuns(session, { runIds: [] })).toEqual({ runs: [], rows: [] });
  });
});

describe('wrong values of plain JavaScript', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['no metric', () => leaderboard(session, {} as never)],
    ['a limit of 0', () => leaderboard(session, { metric: 'loss', limit: 0 })],
    ['no session', () => leaderboard(undefined as never, { metric: 'loss' })],
    ['a misspelt option', () => aggregateBy(session, { metric: 'loss', parm: 'lr' } as never)],
    [
      'a value',
      () => aggregateBy(session, { metric: 'loss', param: 'lr', value: 'last' as never }),
    ],
    ['a confidence', () => aggregateBy(session, { metric: 'loss', param: 'lr', confidence: 95 })],
    ['a direction', () => leaderboard(session, { metric: 'x', direction: 'up' as never })],
    ['a number as id', () => compareRuns(session, { runIds: [1] as never })],
    ['NaN', () => aggregateCurves(session, { metric: 'loss', confidence: Number.NaN })],
  ])('%s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('the spread of values', () => {
  it('is that of the definition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2 }), (values) => {
        const { mean, deviation } = spreadOf(values, 0.95);
        const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
        const squares = values.reduce((sum, value) => sum + (value - expected) ** 2, 0);
        expect(mean).toBeCloseTo(expected, 9);
        expect(deviation).toBeCloseTo(Math.sqrt(squares / (values.length - 1)), 9);
      }),
    );
  });

  it('never overflows, and the mean is between the extremes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noDefaultInfinity: true, noNaN: true }), { minLength: 1 }),
        (values) => {
          const { mean, min, max, deviation } = spreadOf(values, 0.95);
          expect(mean).toBeGreaterThanOrEqual(min as number);
          expect(mean).toBeLessThanOrEqual(max as number);
          expect(Number.isNaN(deviation)).toBe(false);
        },
      ),
    );
    expect(spreadOf([], 0.95)).toMatchObject({ count: 0, mean: null });
  });
});
