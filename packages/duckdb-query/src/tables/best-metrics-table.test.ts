import { startRun } from '@tidemark/client';
import { MemoryStore } from '@tidemark/core';
import { expect, it } from 'vitest';
import { querySql } from '../open-query.ts';

it('best_metrics has the extremes of each metric, and the first step of each', async () => {
  const store = new MemoryStore();
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  const histories = { loss: [3, 1, nan, 1, 3], diverged: [nan, nan], jump: [0, infinity, -0] };
  await startRun({ store, environment: false }, async (run) => {
    for (const [key, values] of Object.entries(histories)) {
      // From the last step to the first, so that no step comes first by chance.
      for (let step = values.length - 1; step >= 0; step -= 1) {
        await run.logMetric(key, values[step] as number, { step });
      }
    }
  });
  const { rows } = await querySql('SELECT * EXCLUDE (run_id) FROM best_metrics ORDER BY key', {
    store,
  });
  const none = { min_value: null, min_step: null, max_value: null, max_step: null };
  expect(rows).toEqual([
    { key: 'diverged', ...none, points: 2, nan_points: 2 },
    {
      key: 'jump',
      min_value: 0,
      min_step: 0,
      max_value: infinity,
      max_step: 1,
      points: 3,
      nan_points: 0,
    },
    { key: 'loss', min_value: 1, min_step: 1, max_value: 3, max_step: 0, points: 5, nan_points: 1 },
  ]);
});
