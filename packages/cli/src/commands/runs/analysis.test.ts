import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { tidemark } from '../../testing/tidemark.ts';

async function storeWithSweep(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  for (const [lr, losses] of Object.entries({ '0.1': [1, 2, 3], '1': [Number.NaN], '10': [7] })) {
    for (const [index, loss] of losses.entries()) {
      const options = { store, environment: false, experiment: 'e', name: `${lr}/${index}` };
      await startRun(options, async (run) => {
        await run.logParams({ lr });
        await run.logMetrics({ loss: loss + 1 }, { step: 0 });
        await run.logMetrics({ loss }, { step: 1 });
      });
    }
  }
  await store.close();
  return folder;
}

it('runs leaderboard ranks the runs', async () => {
  const folder = await storeWithSweep();
  const call = (...words: string[]) =>
    tidemark('runs', 'leaderboard', 'loss', '-s', folder, ...words);
  const { code, out } = await call('-n', '2');
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    expect.stringMatching(/^ +RUN +NAME +LOSS +STEP +STARTED +PARAMS$/),
    expect.stringMatching(/^1 +[0-9a-f]{8} +0\.1\/0 +1 +1 +just now +lr=0\.1$/),
    expect.stringMatching(/^2 +[0-9a-f]{8} +0\.1\/1 +2 +1 +just now +lr=0\.1$/),
    '',
  ]);
  const json = JSON.parse((await call('--json', '--direction', 'higher', '-e', 'e')).out);
  expect(json.map(({ rank, value }: { rank: number; value: unknown }) => [rank, value])).toEqual([
    ...[
      [1, 7],
      [2, 3],
      [3, 2],
      [4, 1],
      [5, 'NaN'],
    ],
  ]);
  const csv = await call('--csv', '--best', '--filter', "params.lr = '10'");
  expect(csv.out).toMatch(
    /^rank,run_id,name,experiment,status,value,step,params\.lr\n1,[0-9a-f]{32},10\/0,e,FINISHED,7,1,10\n$/,
  );
  const none = await tidemark('runs', 'leaderboard', 'accuracy', '-s', folder);
  expect(none.out).toBe('No run that matches has the metric "accuracy".\n');
});

it('runs aggregate shows the spread by a param', async () => {
  const folder = await storeWithSweep();
  const call = (...words: string[]) =>
    tidemark('runs', 'aggregate', 'loss', '--by', 'lr', '-s', folder, ...words);
  expect((await call()).out.split('\n')).toEqual([
    expect.stringMatching(/^LR +RUNS +MEAN +DEVIATION +INTERVAL *$/),
    expect.stringMatching(/^0\.1 +3 +2 +1 +-0\.48414 to 4\.4841 *$/),
    expect.stringMatching(/^1 +1 +– +– +– +1 not finite$/),
    expect.stringMatching(/^10 +1 +7 +– +– *$/),
    '',
  ]);
  const [group] = JSON.parse((await call('--json', '--confidence', '0.5')).out);
  expect(group).toMatchObject({
    paramValue: '0.1',
    runs: 3,
    mean: 2,
    deviation: 1,
    min: 1,
    max: 3,
  });
  const csv = (await call('--csv')).out.split('\n');
  expect(csv[0]).toBe('param_value,runs,missing,count,non_finite,mean,deviation,low,high,min,max');
  expect(csv[2]).toBe('1,1,0,0,1,,,,,,');
  const misspelt = await tidemark('runs', 'aggregate', 'loss', '--by', 'rate', '-s', folder);
  expect([misspelt.code, misspelt.out]).toEqual([0, 'No run that matches has the param "rate".\n']);
});

it.each([
  [['leaderboard', 'x'], 1, 'INVALID_ARGUMENT'],
  [['leaderboard', 'loss', '-e', 'nope'], 1, 'EXPERIMENT_NOT_FOUND'],
  [['leaderboard', 'loss', '-f', 'metrics.'], 1, 'FILTER_INVALID'],
  [['leaderboard', 'loss', '--direction', 'up'], 2, 'higher, lower'],
  [['leaderboard'], 2, 'metric'],
  [['aggregate', 'loss'], 2, '--by'],
  [['aggregate', 'loss', '--by', 'lr', '--confidence', '95'], 2, 'between 0 and 1'],
])('%j ends with %i', async (words, code, said) => {
  const folder = await storeWithSweep();
  const outcome = await tidemark('runs', ...words, '-s', folder);
  expect([outcome.code, outcome.error]).toEqual([code, expect.stringContaining(said)]);
});
