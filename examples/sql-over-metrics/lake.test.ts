import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { openQuery, type QueryRow, sealStore } from '@tidemark/duckdb-query';
import { expect, it, onTestFinished } from 'vitest';
import { bestLosses } from './lake.ts';
import { QUESTIONS } from './questions.ts';
import { LEARNING_RATES, MOMENTA, sweep } from './sweep.ts';

it('the answers are the same with a lake, and other engines read every point from it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = await openStore(join(folder, 'store'));
  await sweep(store);
  const answers = async (): Promise<(readonly QueryRow[])[]> => {
    const session = await openQuery({ store });
    const found: (readonly QueryRow[])[] = [];
    for (const sql of Object.values(QUESTIONS)) found.push((await session.query(sql)).rows);
    await session.close();
    return found;
  };
  const before = await answers();
  const runs = LEARNING_RATES.length * MOMENTA.length;
  const { folder: lake, points } = await sealStore({ store });
  expect(points).toBe(runs * 200 * 2);
  expect(await answers()).toEqual(before);
  const best = await bestLosses(lake);
  expect([...best.values()].sort((a, b) => a - b)[0]).toBeCloseTo(227.07, 2);
  expect(best.size).toBe(runs);
  await store.close();
});
