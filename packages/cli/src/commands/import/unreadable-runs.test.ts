import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openStore } from '@tidemark/client';
import { type Store, TidemarkError } from '@tidemark/core';
import { importMlruns } from '@tidemark/mlflow';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { again, history, imported, mlruns, RUN, runMeta } from '../../testing/mlruns.ts';
import { nodeMlrunsFiles } from './node-mlruns-files.ts';

const BY = { name: 'ada', authenticated: false } as const;

describe('a run that cannot be read completely', () => {
  it.each<[string, Record<string, string | Uint8Array>, RegExp]>([
    ['a metric line of garbage', { 'metrics/acc': '1 2 3\nx\n' }, /metrics\/acc: Line 2 is not/],
    ['text that is not UTF-8', { 'params/p': Uint8Array.of(0xff, 0xfe) }, /params\/p/],
    ['an unknown status', { 'meta.yaml': runMeta('c'.repeat(32)).replace('3', '9') }, /status 9/],
    ['no status', { 'meta.yaml': runMeta('c'.repeat(32)).replace('status: 3', '') }, /"status"/],
    ['the meta.yaml of another run', { 'meta.yaml': runMeta(RUN) }, /belongs to the run a+/],
    [
      'a missing dataset',
      { 'inputs/i/meta.yaml': 'source_type: DATASET\nsource_id: gone\n' },
      /datasets\/gone: A run read this dataset/,
    ],
  ])('is left out, and the rest is imported: %s', async (_, files, message) => {
    const id = 'c'.repeat(32);
    const own = { 'meta.yaml': runMeta(id), ...files };
    const { store, report } = await imported(
      mlruns(
        Object.fromEntries(
          Object.entries(own).map(([path, content]) => [`1/${id}/${path}`, content]),
        ),
      ),
    );
    expect((await store.runs({})).map(({ runId }) => runId)).toEqual([RUN]);
    expect(report.problems).toMatchObject([{ severity: 'left-out', place: `1/${id}` }]);
    expect(report.problems[0]?.message).toMatch(message);
  });

  it.each(['params', 'artifacts/model', 'tags/t'])(
    'is left out because of a link to a place outside the folder: %s',
    async (path) => {
      const folder = mlruns();
      const outside = temporaryFolder();
      writeFileSync(join(outside, 'secret'), 'secret');
      const place = join(folder, '1', RUN, path);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(path === 'tags/t' ? join(outside, 'secret') : outside, place);
      const { store, report } = await imported(folder);
      expect(await store.runs({})).toEqual([]);
      expect(report.problems).toMatchObject([{ severity: 'left-out', place: `1/${RUN}` }]);
      expect(report.problems[0]?.message).toContain('symbolic link');
    },
  );

  it('is left out when it or its experiment is a link, while a link to a file in the folder is followed', async () => {
    const folder = mlruns({ 'shared.txt': 'shared' });
    symlinkSync(join(folder, '1', RUN), join(folder, '1', 'linked'));
    symlinkSync(join(folder, '1'), join(folder, '2'));
    mkdirSync(join(folder, '1', RUN, 'artifacts'));
    symlinkSync('../../../shared.txt', join(folder, '1', RUN, 'artifacts', 'x.txt'));
    const { store, report } = await imported(folder);
    expect(report.problems.map(({ place }) => place)).toEqual(['2', '1/linked']);
    expect(await store.runs({})).toMatchObject([{ artifacts: [{ path: 'x.txt', sizeBytes: 6 }] }]);
  });

  it('is left out when one of its files is deleted after it was listed', async () => {
    const folder = mlruns({ [`1/${RUN}/artifacts/a.txt`]: 'a', [`1/${RUN}/artifacts/b.txt`]: 'b' });
    const files = nodeMlrunsFiles(folder);
    const store = await openStore(join(temporaryFolder(), 'store'));
    const open = (path: string) => {
      if (path.endsWith('b.txt')) rmSync(join(folder, path));
      return files.open(path);
    };
    const report = await importMlruns({ files: { ...files, open }, store, by: BY });
    expect(report.problems).toMatchObject([{ severity: 'left-out', place: `1/${RUN}` }]);
    expect(report.problems[0]?.message).toContain('artifacts/b.txt: It cannot be read');
    expect(report.imported).toMatchObject({ runs: 0, artifacts: 0, metricPoints: 0 });
    expect(await store.runs({})).toEqual([]);
  });

  it('is left out when one of its metrics is damaged after it was checked', async () => {
    const folder = mlruns();
    const files = nodeMlrunsFiles(folder);
    const store = await openStore(join(temporaryFolder(), 'store'));
    let reads = 0;
    const readText = (path: string) => {
      if (path.endsWith('metrics/loss')) reads += 1;
      if (reads === 2) writeFileSync(join(folder, path), 'x\n');
      return files.readText(path);
    };
    const report = await importMlruns({ files: { ...files, readText }, store, by: BY });
    expect(report.problems).toMatchObject([{ severity: 'left-out', place: `1/${RUN}` }]);
    expect(report.imported).toMatchObject({ runs: 0, metricPoints: 0 });
    expect(await store.runs({})).toEqual([]);
  });

  it('is imported after its repair', async () => {
    const folder = mlruns({ [`1/${RUN}/metrics/acc`]: 'x\n' });
    const { store } = await imported(folder);
    expect(await store.runs({})).toEqual([]);
    writeFileSync(join(folder, '1', RUN, 'metrics', 'acc'), '1 2 3\n');
    expect((await again(folder, store)).imported.runs).toBe(1);
    expect(await history(store, RUN, 'acc')).toEqual([{ timestampMs: 1, value: 2, step: 3 }]);
  });
});

it('leaves nothing half-written when writing stops, and continues the next time', async () => {
  // More points than one write takes.
  const points = Array.from({ length: 10_001 }, (_, step) => `${step} 0.5 ${step}\n`).join('');
  const folder = mlruns({
    [`1/${RUN}/metrics/loss`]: points,
    [`1/${RUN}/params/lr`]: '0.1',
    [`1/${RUN}/artifacts/a.txt`]: 'a',
    [`1/${'d'.repeat(32)}/meta.yaml`]: runMeta('d'.repeat(32)),
  });
  const state = async (store: Store) => ({
    experiments: await store.experiments(),
    runs: await store.runs({}),
    points: (await store.metricHistory(RUN, 'loss')).length,
  });
  const whole = await state((await imported(folder)).store);
  expect(whole.points).toBe(10_001);
  // Experiment, two writes of points, the facts of either run.
  for (let writes = 0; writes < 5; writes += 1) {
    const store = await openStore(join(temporaryFolder(), 'store'));
    let left = writes;
    const full: Store = Object.create(store, {
      append: {
        value: async (events: Parameters<Store['append']>[0]) => {
          if (left === 0) throw new TidemarkError('WRITE_FAILED', 'The disk is full.');
          left -= 1;
          await store.append(events);
        },
      },
      runs: { value: store.runs.bind(store) },
      experiments: { value: store.experiments.bind(store) },
      loggedModels: { value: store.loggedModels.bind(store) },
      artifacts: { value: store.artifacts },
    });
    await expect(again(folder, full)).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    for (const run of await store.runs({})) {
      expect(run).toEqual(whole.runs.find(({ runId }) => runId === run.runId));
    }
    await again(folder, store);
    expect(await state(store)).toEqual(whole);
  }
});
