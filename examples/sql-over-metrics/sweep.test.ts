import { MemoryStore } from '@tidemark/core';
import {
  aggregateBy,
  aggregateCurves,
  compareRuns,
  leaderboard,
  openQuery,
  type QueryRow,
  type QuerySession,
} from '@tidemark/duckdb-query';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QUESTIONS } from './questions.ts';
import { LEARNING_RATES, MOMENTA, sweep } from './sweep.ts';

let session: QuerySession;
let answers: readonly (readonly QueryRow[])[];

beforeAll(async () => {
  const store = new MemoryStore();
  await sweep(store);
  session = await openQuery({ store });
  answers = await Promise.all(
    Object.values(QUESTIONS).map(async (sql) => (await session.query(sql)).rows),
  );
});
afterAll(() => session.close());

it('SQL counts every point of every training', async () => {
  const { rows } = await session.query('SELECT count(*) AS points FROM metrics');
  expect(rows).toEqual([{ points: LEARNING_RATES.length * MOMENTA.length * 200 * 2 }]);
});

it('the run with the lowest loss finds the line of least squares', async () => {
  expect(answers[0]).toHaveLength(10);
  const [best] = answers[0] ?? [];
  expect(best).toMatchObject({ name: 'lr 0.5, momentum 0', steps_to_1_percent: 1 });
  // The mean square of the residuals of the least-squares line through these 50 pairs.
  expect(best?.best_loss).toBeCloseTo(227.07, 2);
  const { rows } = await session.query(
    'SELECT value FROM latest_metrics JOIN runs USING (run_id) WHERE key = ? AND name = ?',
    ['slope', 'lr 0.5, momentum 0'],
  );
  expect(rows[0]?.value).toBeCloseTo(3.9324, 4);
});

it('a learning rate above 1 diverges without momentum', () => {
  expect(answers[1]).toEqual([{ name: 'lr 1.2, momentum 0', diverged_at: 1 }]);
});

it('the table of final losses has a row for each rate and a column for each momentum', () => {
  expect(answers[2]?.map(({ lr }) => lr)).toEqual(LEARNING_RATES);
  expect(Object.keys(answers[2]?.[0] ?? {})).toEqual(['lr', 'momentum 0', 'momentum 0.9']);
});

it('the usual questions need no SQL', async () => {
  const [best] = await leaderboard(session, { metric: 'loss' });
  expect(best?.value).toBeCloseTo(227.07, 2);
  const byRate = await aggregateBy(session, { param: 'lr', metric: 'loss' });
  expect(byRate.map(({ paramValue }) => Number(paramValue))).toEqual(LEARNING_RATES);
  expect(byRate[0]).toMatchObject({ runs: MOMENTA.length, count: 2, nonFinite: 0 });
  const plain = "params.momentum = '0'";
  const curves = await aggregateCurves(session, { param: 'lr', metric: 'loss', filter: plain });
  expect(curves.map(({ steps }) => steps.length)).toEqual(LEARNING_RATES.map(() => 200));
  const { rows } = await compareRuns(session, { filter: plain, onlyDifferent: true });
  expect(rows.map(({ key }) => key)).toEqual(['lr', 'loss', 'slope']);
});
