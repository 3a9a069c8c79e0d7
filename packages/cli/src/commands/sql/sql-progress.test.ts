import { expect, it } from 'vitest';
import { sqlProgress } from './sql-progress.ts';

it('shows on a terminal what takes longer than a second, and removes it', async () => {
  const shown: string[] = [];
  const { report, end } = sqlProgress({ status: (text) => void shown.push(text) });
  await expect.poll(() => shown.at(-1), { timeout: 60_000 }).toMatch(/^Reading the store … {2}/);
  report?.({ fraction: 0.42, elapsedMs: 1 });
  await expect
    .poll(() => shown.at(-1), { timeout: 60_000 })
    .toMatch(/^Running the query … 42% {2}/);
  end();
  end();
  expect(shown.filter((text) => text === '')).toEqual(['']);
});

it('shows nothing without a terminal, and nothing of what is quick', () => {
  expect(sqlProgress({}).report).toBeUndefined();
  const shown: string[] = [];
  sqlProgress({ status: (text) => void shown.push(text) }).end();
  expect(shown).toEqual([]);
});
