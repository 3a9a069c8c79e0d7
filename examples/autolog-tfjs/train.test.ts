import { openStore } from '@tidemark/client';
import { runExample } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

it('records three runs of one experiment, each with its learning rate, its metrics and its model', async () => {
  const folder = runExample(new URL('train.ts', import.meta.url));
  const store = await openStore(`${folder}/tidemark`, { mustExist: true });
  const runs = await store.runs({});
  expect(runs.map(({ params }) => params.optimizer_learning_rate).sort()).toEqual([
    '0.01',
    '0.1',
    '0.3',
  ]);
  expect(new Set(runs.map(({ experimentId }) => experimentId)).size).toBe(1);
  for (const run of runs) {
    expect(run.status).toBe('FINISHED');
    expect(await store.metricHistory(run.runId, 'loss')).toHaveLength(20);
    expect(run.modelOutputs).toHaveLength(1);
  }
});
