import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { runExample } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

it('records the metrics of several processes in one run, which its owner ends', async () => {
  const folder = runExample(new URL('train.ts', import.meta.url));
  const store = await openStore(join(folder, 'tidemark'), { mustExist: true });
  const runs = await store.runs({});
  expect(runs).toMatchObject([{ name: 'three workers', status: 'FINISHED' }]);
  const [run] = runs;
  if (run === undefined) throw new Error('the run does not exist');
  expect(run.metrics.accuracy?.value).toBeGreaterThan(0.95);
  for (const rank of [0, 1, 2]) {
    const points = await store.metricHistory(run.runId, `loss/worker_${rank}`);
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
    expect(points.at(-1)?.value).toBeLessThan(points[0]?.value ?? 0);
  }
});
