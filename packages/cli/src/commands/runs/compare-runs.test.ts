import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import type { Store } from '@tidemark/core';
import { nextMillisecond, temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidemark } from '../../testing/tidemark.ts';
import { type ComparedRun, compareRunRows } from './run-comparison.ts';

const DATASET = { sourceType: 'local', source: 'file:///train.csv' } as const;

async function storeOfTwo(): Promise<{ folder: string; store: Store }> {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  for (const [name, lr, loss, digest] of [
    ['baseline', 0.1, 0.5, 'aaaa'],
    ['candidate', 0.3, Number.NaN, 'bbbb'],
  ] as const) {
    await startRun({ store, name, tags: { team: 'ice' } }, async (run) => {
      await run.logParams({ lr, layers: 2 });
      await run.logMetric('loss', loss);
      await run.logDataset({ dataset: { ...DATASET, name: 'train', digest }, tags: {} });
      if (name === 'candidate') await run.setTag('note', 'more');
    });
    await nextMillisecond();
  }
  return { folder, store };
}

describe('tidemark runs compare', () => {
  it('shows the differences, and with --all also what is the same', async () => {
    const { folder } = await storeOfTwo();
    const { code, out } = await tidemark('runs', 'compare', 'baseline', 'latest', '-s', folder);
    expect(code).toBe(0);
    expect(out).toMatch(/PARAMS\n {2}lr +0\.1 +0\.3\n/);
    expect(out).toMatch(/METRICS\n {2}loss +0\.5 +NaN\n/);
    expect(out).toMatch(/TAGS\n {2}note +– +more\n/);
    expect(out).toMatch(/DATASETS\n {2}train +aaaa +bbbb\n/);
    expect(out).not.toMatch(/layers|team|tidemark\.node/);
    const all = await tidemark('runs', 'compare', 'baseline', 'latest', '--all', '-s', folder);
    expect(all.out).toMatch(/layers +2 +2/);
    expect(all.out).toMatch(/ENVIRONMENT\n(.*\n)*.*tidemark\.node\.ver/);
    expect(all.out).toMatch(/dependency [@a-z]/);
  });

  it('prints JSON and CSV for programs', async () => {
    const { folder, store } = await storeOfTwo();
    const said = ['runs', 'compare', 'baseline', 'candidate', '-s', folder];
    const { rows, runs } = JSON.parse((await tidemark(...said, '--json')).out);
    expect(runs).toMatchObject([{ name: 'baseline' }, { name: 'candidate' }]);
    expect(rows).toContainEqual({
      group: 'metrics',
      key: 'loss',
      values: [0.5, 'NaN'],
      same: false,
      better: 'lower',
    });
    const csv = await tidemark(...said, '--csv');
    const ids = (await store.runs({})).map(({ runId }) => runId).reverse();
    expect(csv.out.split('\n')[0]).toBe(`group,key,${ids.join(',')}`);
    expect(csv.out).toContain('\nparams,lr,0.1,0.3\n');
  });

  it('reports when nothing differs, and needs two runs', async () => {
    const { folder } = await storeOfTwo();
    const same = await tidemark('runs', 'compare', 'latest', 'latest', '-s', folder);
    expect(same).toMatchObject({ code: 0, out: 'The runs do not differ.\n' });
    expect((await tidemark('runs', 'compare', 'latest', '-s', folder)).code).toBe(2);
  });
});

it('a row is equal exactly when every run has the same value', async () => {
  const { store } = await storeOfTwo();
  const [run] = await store.runs({});
  if (run === undefined) throw new Error('the store has runs');
  const params = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.string());
  fc.assert(
    fc.property(fc.array(params, { minLength: 2, maxLength: 4 }), (all) => {
      const runs = all.map(
        (own): ComparedRun => ({ run: { ...run, params: own }, experimentName: 'e', models: [] }),
      );
      const rows = compareRunRows(runs).filter(({ group }) => group === 'params');
      expect(rows.map(({ key }) => key)).toEqual(
        [...new Set(all.flatMap((own) => Object.keys(own)))].sort(),
      );
      for (const { key, same, values } of rows) {
        expect(values).toEqual(all.map((own) => (Object.hasOwn(own, key) ? own[key] : null)));
        expect(same).toBe(new Set(values).size === 1);
      }
    }),
  );
});
