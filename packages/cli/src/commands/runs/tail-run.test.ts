import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import type { MetricPoint } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runCli } from '../../cli.ts';
import { tidemark } from '../../testing/tidemark.ts';
import { MetricTail } from './metric-tail.ts';

it('shows the last points of a run, and does not follow one that has ended', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  await startRun({ environment: false, store, name: 'training' }, async (run) => {
    for (let step = 0; step < 5; step += 1) {
      await run.logMetrics({ loss: 5 - step, acc: step }, { step, timestampMs: 1000 * step });
    }
  });
  const { code, out } = await tidemark('runs', 'tail', 'latest', '-n', '2', '-f', '-s', folder);
  expect(code).toBe(0);
  expect(out).toMatch(/^training .*\n✓ FINISHED after .*\n/);
  expect(out.split('\n').slice(2, -1)).toEqual([
    '1970-01-01 00:00:03Z  step 3  acc=3  loss=2',
    '1970-01-01 00:00:04Z  step 4  acc=4  loss=1',
  ]);
  const only = await tidemark('runs', 'tail', 'latest', '--metric', 'acc', '--json', '-s', folder);
  const lines = only.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ type: 'status', status: 'FINISHED' });
  expect(lines.at(-1)).toEqual({
    type: 'metrics',
    timestampMs: 4000,
    step: 4,
    metrics: { acc: 4 },
  });
});

it('follows a run until it ends, and reports its status with --exit-status', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  const run = await startRun({ environment: false, store, name: 'training' });
  await run.logMetric('loss', 3, { step: 0 });
  let out = '';
  // The training continues after each line, so that nothing depends on how fast it is.
  const acts: [RegExp, () => Promise<void>][] = [
    [/step 0 {2}loss=3/, () => run.logMetric('loss', 2, { step: 1 })],
    [/step 1 {2}loss=2/, () => run.logMetric('loss', 1, { step: 2 }).then(() => run.end('FAILED'))],
  ];
  const pending: Promise<void>[] = [];
  const code = await runCli(['runs', 'tail', 'training', '-f', '--exit-status', '-s', folder], {
    out: (text) => {
      out += text;
      const act = acts[0];
      if (act === undefined || !act[0].test(out)) return;
      acts.shift();
      pending.push(act[1]());
    },
    outBytes: async () => {},
    error: (text) => {
      out += text;
    },
    width: 80,
    colors: false,
  });
  await Promise.all(pending);
  expect(code).toBe(1);
  expect(out).toMatch(
    /● RUNNING\n.*loss=3\n.*loss=2\n.*loss=1\n✗ FAILED after .*\ntidemark: the run is FAILED\n$/,
  );
});

it('prints every point once, for any pieces and order of the history', () => {
  const point = fc.record({
    key: fc.constantFrom('a', 'b', '__proto__'),
    value: fc.constantFrom(1, 2, Number.NaN),
    timestampMs: fc.nat(3),
    step: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(fc.array(point)), (pieces) => {
      const tail = new MetricTail();
      const told: string[] = [];
      const logged: MetricPoint[] = [];
      for (const piece of pieces) {
        logged.push(...piece);
        for (const { metrics, step, timestampMs } of tail.fresh([logged])) {
          for (const [key, value] of Object.entries(metrics)) {
            told.push([key, value, step, timestampMs].join(' '));
          }
        }
      }
      const expected = logged.map(({ key, value, step, timestampMs }) =>
        [key, value, step, timestampMs].join(' '),
      );
      expect(told.sort()).toEqual([...new Set(expected)].sort());
    }),
  );
});
