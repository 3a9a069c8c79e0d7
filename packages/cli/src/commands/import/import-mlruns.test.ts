import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MlrunsReport } from '@tidemark/mlflow';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { again, imported, mlruns, RUN } from '../../testing/mlruns.ts';
import { tidemark } from '../../testing/tidemark.ts';

describe('tidemark import mlruns', () => {
  it('reports what it imports and what it leaves out, and can run again', async () => {
    const folder = mlruns({
      '1/bad/meta.yaml': 'run_id: [',
      '1/traces/tr-1/trace_info.yaml': '',
      [`1/${RUN}/artifacts/plots/roc.txt`]: 'roc',
    });
    const address = join(temporaryFolder(), 'store');
    const first = await tidemark('import', 'mlruns', folder, '--store', address);
    expect(first.code).toBe(3);
    expect(first.out).toContain('1 run, with 1 metric point\n');
    expect(first.out).toContain('1 artifact, 3 B');
    expect(first.out).toMatch(/Left out:\n {2}1\/bad: 1\/bad\/meta.yaml: It is not YAML: /);
    expect(first.out).toContain('1/traces: 1 trace is there');
    const second = await tidemark('--store', address, 'import', 'mlruns', folder, '--json');
    expect(second.code).toBe(3);
    const report = JSON.parse(second.out) as MlrunsReport;
    expect(report).toMatchObject({ imported: { runs: 0 }, alreadyThere: { runs: 1 } });
    expect(report.problems).toHaveLength(2);
    const shown = await tidemark('runs', 'show', 'first', '--store', address);
    expect(shown.out).toMatch(/loss +0\.5/);
  });

  it('refuses a folder that is not an MLflow file store, and creates no store', async () => {
    const base = temporaryFolder();
    const address = join(base, 'store');
    mkdirSync(join(base, 'project', 'mlruns'), { recursive: true });
    writeFileSync(join(base, 'project', 'README'), '');
    for (const [folder, message] of [
      [join(base, 'project'), 'its subfolder mlruns may be one'],
      [join(base, 'project', 'README'), 'is not a folder'],
      [join(base, 'absent'), 'is not a folder'],
    ] as const) {
      const { code, error } = await tidemark('import', 'mlruns', folder, '--store', address);
      expect(code).toBe(1);
      expect(error).toContain(message);
      expect(error).toContain('[MLRUNS_INVALID]');
    }
    expect(existsSync(address)).toBe(false);
  });

  it('refuses to write to an MLflow file store, and asks for another store', async () => {
    const folder = mlruns();
    const { code, error } = await tidemark('import', 'mlruns', folder, '--store', folder);
    expect(code).toBe(1);
    expect(error).toMatch(/Give another target with --store.*\[STORE_IS_MLRUNS\]/);
  });

  it('is named in the error when another command opens an MLflow file store', async () => {
    const folder = mlruns();
    const { error } = await tidemark('runs', '--store', folder);
    expect(error).toContain(`tidemark import mlruns ${folder} [STORE_IS_MLRUNS]`);
  });
});

it('imports a run without its invalid keys, and reports them', async () => {
  const folder = mlruns({
    [`1/${RUN}/tags/a;b`]: 'x',
    [`1/${RUN}/tags/good`]: 'y',
    [`1/${RUN}/params/p;q`]: '1',
    [`1/${RUN}/metrics/m;n`]: '10 0.5 1\n',
    [`1/${RUN}/metrics/acc`]: '10 0.5 1\n',
    '1/tags/e;f': 'x',
  });
  const { store, report } = await imported(folder);
  const [run] = await store.runs({});
  expect(run).toMatchObject({ runId: RUN, status: 'FINISHED', tags: { good: 'y' } });
  expect(Object.keys(run?.metrics ?? {})).toEqual(['acc', 'loss']);
  expect(report.imported).toMatchObject({ runs: 1 });
  expect(report.problems.map(({ severity, place }) => [severity, place])).toEqual([
    ['left-out', '1/tags/e;f'],
    ['left-out', `1/${RUN}/params/p;q`],
    ['left-out', `1/${RUN}/tags/a;b`],
    ['left-out', `1/${RUN}/metrics/m;n`],
  ]);
  expect(report.problems[2]?.message).toMatch(/left out: The tag key "a;b" may contain only/);
  const target = join(temporaryFolder(), 'store');
  expect((await tidemark('import', 'mlruns', folder, '--store', target)).code).toBe(3);
});

it('leaves out only the artifact with an invalid name, and reports it', async () => {
  const folder = mlruns({
    [`1/${RUN}/artifacts/con`]: 'x',
    [`1/${RUN}/artifacts/plots/roc.txt`]: 'roc',
  });
  const { store, report } = await imported(folder);
  const [run] = await store.runs({});
  expect(run?.artifacts.map(({ path }) => path)).toEqual(['plots/roc.txt']);
  expect(report.problems).toMatchObject([
    {
      severity: 'left-out',
      place: `1/${RUN}/artifacts/con`,
      message: expect.stringMatching(/names a device/),
    },
  ]);
});

it('imports a dataset without the credentials in its source, and its run only once', async () => {
  const folder = mlruns({
    [`1/${RUN}/inputs/i/meta.yaml`]: 'source_type: DATASET\nsource_id: d\ntags: {}\n',
    '1/datasets/d/meta.yaml':
      'name: train\ndigest: abc\nsource_type: http\nsource: \'{"url": "https://ada:hunter2@host/d.csv?part=1&sig=xyz"}\'\n',
  });
  const { store } = await imported(folder);
  const [run] = await store.runs({});
  expect(run?.datasets).toEqual([
    {
      dataset: {
        name: 'train',
        digest: 'abc',
        sourceType: 'http',
        source: '{"url": "https://***@host/d.csv?part=1&sig=***"}',
      },
      tags: {},
    },
  ]);
  expect((await again(folder, store)).imported.runs).toBe(0);
});
