import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { nextMillisecond, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { tidemark } from '../../testing/tidemark.ts';

/** Returns a store with the runs `a`, `b` and `c`, in this order, with loss 0.05, 0.2 and 0.01. */
async function storeOfThree(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  for (const [name, loss, lr] of [
    ['a', 0.05, 0.1],
    ['b', 0.2, 0.1],
    ['c', 0.01, 0.3],
  ] as const) {
    await startRun({ environment: false, store, name }, async (run) => {
      await run.logParams({ lr });
      await run.logMetrics({ loss });
    });
    await nextMillisecond();
  }
  return folder;
}

async function names(...argv: string[]): Promise<string[]> {
  const { code, out, error } = await tidemark('runs', '--json', ...argv);
  expect([code, error]).toEqual([0, '']);
  return (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
}

describe('tidemark runs --filter', () => {
  it('lists the runs that match, in the requested order', async () => {
    const folder = await storeOfThree();
    const at = ['--store', folder];
    expect(await names(...at, '--filter', "metrics.loss < 0.1 and params.lr = '0.1'")).toEqual([
      'a',
    ]);
    expect(await names(...at, '-f', 'metrics.loss < 0.1', '--order-by', 'metrics.loss')).toEqual([
      'c',
      'a',
    ]);
    const byTwo = ['--order-by', 'params.lr DESC, metrics.loss'];
    expect(await names(...at, ...byTwo)).toEqual(['c', 'a', 'b']);
    expect(await names(...at, ...byTwo, '-n', '1')).toEqual(['c']);
    expect(await names(...at, '-f', "run_name = 'a' OR NOT metrics.loss < 0.1")).toHaveLength(2);
  });

  it('counts the matching runs that it left out, and reports when none match', async () => {
    const folder = await storeOfThree();
    const some = await tidemark('runs', '-f', 'metrics.loss < 0.1', '-n', '1', '-s', folder);
    expect(some.out).toContain('… and 1 more');
    const none = await tidemark('runs', '-f', 'metrics.loss < 0', '-s', folder);
    expect(none).toMatchObject({ code: 0, out: 'No run matches the filter.\n' });
  });

  it.each([
    [['--filter', 'metrics.loss << 1'], "'<'. Expected a value.\n", '  metrics.loss << 1\n'],
    [['--order-by', 'loss'], "Invalid attribute key 'loss'", '  loss\n  ^'],
  ])('shows the place of the mistake in %j', async (argv, ...shown) => {
    const { code, error } = await tidemark('runs', ...argv, '--store', await storeOfThree());
    expect(code).toBe(1);
    for (const text of [...shown, '^\n[FILTER_INVALID]']) expect(error).toContain(text);
  });
});

describe('lists as CSV', () => {
  it("have a line for each run, with the columns of MLflow's data frames", async () => {
    const folder = await storeOfThree();
    const { code, out } = await tidemark('runs', 'search', '--csv', '-n', '2', '--store', folder);
    expect(code).toBe(0);
    const [titles = '', first = '', ...others] = out.trimEnd().split('\n');
    expect(titles).toMatch(/^run_id,run_name,.*,metrics\.loss,params\.lr,tags\.mlflow\.runName/);
    expect(first.split(',')[titles.split(',').indexOf('metrics.loss')]).toBe('0.01');
    expect(others).toHaveLength(1);
    const none = await tidemark('runs', '--csv', '-f', 'metrics.loss < 0', '--store', folder);
    expect(none.out).toBe(
      'run_id,run_name,experiment_id,experiment_name,status,start_time,end_time,user_id\n',
    );
  });

  it('are available for experiments and models, and never together with JSON', async () => {
    const folder = await storeOfThree();
    const experiments = await tidemark('experiments', '--csv', '--store', folder);
    expect(experiments.out).toMatch(/^experiment_id,name,.*\n0,Default,active,.*,3\n$/);
    const models = await tidemark('models', '--csv', '--store', folder);
    expect(models.out).toMatch(/^model,version,stage,.*\n$/);
    expect((await tidemark('runs', '--csv', '--json', '--store', folder)).code).toBe(2);
  });

  it('protect spreadsheets from formulas, and have the unchanged text with --csv-raw', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    await startRun({ environment: false, store }, (run) => run.logParams({ cell: '=1+1' }));
    const id = (await store.runs({}))[0]?.runId ?? '';
    const ways = [
      ['runs'],
      ['runs', 'compare', id, id, '--all'],
      ['sql', 'select value from params'],
    ];
    for (const way of ways) {
      const asked = [...way, '--store', folder];
      expect((await tidemark(...asked, '--csv')).out).toMatch(/(^|,)'=1\+1/m);
      expect((await tidemark(...asked, '--csv-raw')).out).toMatch(/(^|,)=1\+1/m);
    }
    expect((await tidemark('runs', '--csv-raw', '--json', '--store', folder)).code).toBe(2);
  });
});
