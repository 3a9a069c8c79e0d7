import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openModel, openStore } from '@tidemark/client';
import {
  artifactsDigest,
  collectBytes,
  createModelVersion,
  type LoggedModelId,
  type MetricPoint,
  modelActivity,
  modelHistory,
  type RunId,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import { importMlruns, type MlrunsReport } from '@tidemark/mlflow';
import { NO_FIXTURES, sharedFixture, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { tidemark } from '../testing/tidemark.ts';
import { nodeMlrunsFiles } from './node-mlruns-files.ts';

const BY = { name: 'ada', authenticated: false } as const;
const RUN = 'a'.repeat(32) as RunId;
const MODEL = `m-${'b'.repeat(32)}` as LoggedModelId;

/** Files of an MLflow file store by their paths; a good experiment with one run unless replaced. */
function mlruns(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = join(temporaryFolder(), 'mlruns');
  const all = {
    '1/meta.yaml': experimentMeta('1', 'penguins'),
    [`1/${RUN}/meta.yaml`]: runMeta(RUN),
    [`1/${RUN}/metrics/loss`]: '10 0.5 1\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

function experimentMeta(id: string, name: string): string {
  return `artifact_location: /home/ml/mlruns/${id}\ncreation_time: 5\nexperiment_id: '${id}'\nlast_update_time: 6\nlifecycle_stage: active\nname: ${name}\n`;
}

function runMeta(id: string, more = ''): string {
  return `artifact_uri: /home/ml/mlruns/1/${id}/artifacts\nend_time: 20\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: ${id}\nrun_name: first\nstart_time: 7\nstatus: 3\nuser_id: ada\n${more}`;
}

function versionMeta(version: number, source: string, more = ''): string {
  return `creation_timestamp: ${version}00\ncurrent_stage: None\nlast_updated_timestamp: ${version}50\nname: penguins\nsource: ${source}\nstatus: READY\nversion: ${version}\n${more}`;
}

async function imported(folder: string): Promise<{ store: Store; report: MlrunsReport }> {
  const store = await openStore(join(temporaryFolder(), 'store'));
  return { store, report: await again(folder, store) };
}

function again(folder: string, store: Store): Promise<MlrunsReport> {
  return importMlruns({ files: nodeMlrunsFiles(folder), store, by: BY });
}

async function history(store: Store, run: RunId, key: string): Promise<Omit<MetricPoint, 'key'>[]> {
  return (await store.metricHistory(run, key)).map(({ key: _, ...point }) => point);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

const fixture = sharedFixture('mlflow', 'mlruns');

describe.skipIf(fixture === undefined)(
  `an MLflow file store that MLflow wrote (skipped when ${NO_FIXTURES})`,
  () => {
    const folder = fixture ?? '';
    const EXPERIMENT = '228489854996485526';
    const PARENT = '965e139f50254a1a9ef7066e0944dc12' as RunId;
    const CHILD = 'aaf2807b2d7f49998122769e7c321cd1' as RunId;
    const LOGGED = 'm-0ac3c190eee04a9e802020df2cd44eb1' as LoggedModelId;

    it('is counted', async () => {
      const { report } = await imported(folder);
      expect(report).toEqual({
        dryRun: false,
        imported: {
          experiments: 2,
          runs: 2,
          metricPoints: 8,
          artifacts: 8,
          artifactBytes: 1635,
          loggedModels: 1,
          registeredModels: 1,
          modelVersions: 1,
        },
        alreadyThere: { experiments: 1, runs: 0, loggedModels: 0, registeredModels: 0 },
        problems: [],
      });
    });

    it('keeps its experiments, the deleted one deleted', async () => {
      const { store } = await imported(folder);
      expect(await store.experiments()).toMatchObject([
        { experimentId: '0', name: 'Default', tags: {} },
        {
          experimentId: EXPERIMENT,
          name: 'golden',
          lifecycleStage: 'active',
          creationTimeMs: 1795420281849,
          lastUpdateTimeMs: 1795420281849,
          tags: {},
        },
        {
          experimentId: '168585859307247599',
          name: 'gone',
          lifecycleStage: 'deleted',
          creationTimeMs: 1795420282609,
          lastUpdateTimeMs: 1795420282611,
          tags: { q: '1' },
        },
      ]);
    });

    it('keeps its runs, field by field', async () => {
      const { store } = await imported(folder);
      const [parent] = await store.runs({ runIds: [PARENT] });
      expect(parent).toMatchObject({
        experimentId: EXPERIMENT,
        name: 'parent',
        status: 'FINISHED',
        lifecycleStage: 'active',
        startTimeMs: 1795420281918,
        endTimeMs: 1795420282575,
        userId: 'root',
        params: { 'a/b': '1', lr: '0.1', u: 'é' },
        paramConflicts: [],
        tags: {
          'mlflow.note.content': 'note',
          'mlflow.runName': 'parent',
          'mlflow.source.name': 'golden.py',
          'mlflow.source.type': 'LOCAL',
          'mlflow.user': 'root',
          t: 'line1\nline2',
        },
        datasets: [
          {
            dataset: {
              name: 'ds',
              digest: 'f6c9fa61',
              sourceType: 'local',
              source: '{"uri": "/home/ml/data.csv"}',
              profile: '{"num_rows": 3, "num_elements": 9}',
              schema:
                '{"mlflow_colspec": [{"type": "long", "name": "a", "required": true}, {"type": "double", "name": "b", "required": false}, {"type": "string", "name": "s", "required": true}]}',
            },
            tags: { k: 'v', 'mlflow.data.context': 'training' },
          },
        ],
        modelInputs: [LOGGED],
        modelOutputs: [{ modelId: LOGGED, step: 0 }],
      });
      expect(Object.keys(parent?.tags ?? {})).toHaveLength(6);
      const [child] = await store.runs({ runIds: [CHILD] });
      expect(child).toMatchObject({
        name: 'child',
        startTimeMs: 1795420282564,
        endTimeMs: 1795420282573,
        tags: { 'mlflow.parentRunId': PARENT },
        params: {},
        artifacts: [],
      });
    });

    it('keeps the histories of its metrics, steps and odd values too', async () => {
      const { store } = await imported(folder);
      const dataset = { datasetName: 'ds', datasetDigest: 'f6c9fa61' };
      expect(await history(store, PARENT, 'acc')).toEqual([
        { value: 0.5, timestampMs: 1700000000000, step: 0, modelId: LOGGED },
        { value: Number.NaN, timestampMs: 1700000000001, step: 1 },
      ]);
      expect(await history(store, PARENT, 'loss')).toEqual([
        { value: Infinity, timestampMs: 1700000000002, step: 2 },
      ]);
      expect(await history(store, PARENT, 'm_on_model')).toEqual([
        { value: 1, timestampMs: 1700000000009, step: 1, modelId: LOGGED },
      ]);
      expect(await history(store, PARENT, 'val/x')).toEqual([
        { value: 1, timestampMs: 1700000000003, step: 3 },
      ]);
      expect(await history(store, PARENT, 'with_ds')).toEqual([
        { value: 0.25, timestampMs: 1700000000005, step: 0, ...dataset, modelId: LOGGED },
        { value: 0.25, timestampMs: 1700000000005, step: 5, ...dataset },
      ]);
      expect(await history(store, CHILD, 'c')).toEqual([
        { value: 1, timestampMs: 1700000000010, step: 0 },
      ]);
    });

    it('keeps its artifacts byte for byte, with their digests', async () => {
      const { store } = await imported(folder);
      const [run] = await store.runs({ runIds: [PARENT] });
      const [model] = await store.loggedModels({});
      if (run === undefined || model === undefined) throw new Error('nothing came over');
      expect(run.artifacts.map(({ path }) => path)).toEqual(['d.json', 'notes/h.txt']);
      expect(model.artifacts).toHaveLength(6);
      const { experimentId } = run;
      for (const [file, source, owner] of [
        ...run.artifacts.map(
          (file) => [file, PARENT, { kind: 'run', experimentId, runId: PARENT }] as const,
        ),
        ...model.artifacts.map(
          (file) =>
            [file, `models/${LOGGED}`, { kind: 'model', experimentId, modelId: LOGGED }] as const,
        ),
      ]) {
        const original = readFileSync(join(folder, EXPERIMENT, source, 'artifacts', file.path));
        expect(file.sizeBytes).toBe(original.length);
        expect(file.sha256).toBe(createHash('sha256').update(original).digest('hex'));
        expect(original.equals(await collectBytes(store.artifacts.read(owner, file.path)))).toBe(
          true,
        );
      }
    });

    it('keeps its logged model and its registered model, which can be opened', async () => {
      const { store } = await imported(folder);
      const [model] = await store.loggedModels({});
      expect(model).toMatchObject({
        modelId: LOGGED,
        experimentId: EXPERIMENT,
        name: 'model',
        sourceRunId: PARENT,
        status: 'READY',
        lifecycleStage: 'active',
        creationTimeMs: 1795420282050,
        lastUpdateTimeMs: 1795420282510,
        params: { 'a/b': '1', lr: '0.1', u: 'é' },
        tags: {
          'mlflow.modelVersions': '[{"name": "GoldenModel", "version": 1}]',
          'mlflow.source.name': 'golden.py',
          'mlflow.source.type': 'LOCAL',
          'mlflow.user': 'root',
        },
      });
      expect(model).not.toHaveProperty('modelType');
      const [entry] = await store.registry.list();
      expect(entry?.model).toMatchObject({
        name: 'GoldenModel',
        description: 'desc',
        creationTimeMs: 1795420282517,
        lastUpdateTimeMs: 1795420282600,
        tags: [
          { key: 'team', value: 'x', evidence: { by: BY } },
          { key: 'tidemark.import', value: 'mlruns' },
        ],
        versions: [
          {
            version: 1,
            creationTimeMs: 1795420282519,
            lastUpdateTimeMs: 1795420282600,
            createdBy: BY,
            description: '',
            source: `models:/${LOGGED}`,
            runId: PARENT,
            modelId: LOGGED,
            artifactsDigest: artifactsDigest(model?.artifacts ?? []),
            aliases: ['champion'],
            stage: 'Staging',
            status: 'READY',
            tags: [{ key: 'vk', value: 'vv' }],
          },
        ],
      });
      const state = entry?.model.versions[0]?.runState;
      expect(state).toEqual(await store.runStateDigest(PARENT, state?.through));
      const opened = await openModel('models:/GoldenModel@champion', { store });
      expect(new TextDecoder().decode(await opened.read('MLmodel'))).toContain(LOGGED);
    });

    it('brings nothing the second time, and nothing on a dry run', async () => {
      const { store } = await imported(folder);
      const everything = async () => ({
        experiments: await store.experiments(),
        runs: await store.runs({}),
        models: await store.loggedModels({}),
        registry: await store.registry.list(),
        acc: await history(store, PARENT, 'acc'),
      });
      const before = await everything();
      const report = await again(folder, store);
      expect(Object.values(report.imported).every((count) => count === 0)).toBe(true);
      expect(report.alreadyThere).toEqual({
        experiments: 3,
        runs: 2,
        loggedModels: 1,
        registeredModels: 1,
      });
      expect(report.problems).toEqual([]);
      expect(await everything()).toEqual(before);

      const elsewhere = join(temporaryFolder(), 'store');
      const dry = await tidemark('import', 'mlruns', folder, '--store', elsewhere, '--dry-run');
      expect(dry.out).toContain('2 runs, with 8 metric points');
      expect(filesBelow(elsewhere)).toEqual([]);
    });
  },
);

describe('tidemark import mlruns', () => {
  it('says what came over and what did not, and can be called again', async () => {
    const folder = mlruns({
      '1/bad/meta.yaml': 'run_id: [',
      '1/traces/tr-1/trace_info.yaml': '',
      [`1/${RUN}/artifacts/plots/roc.txt`]: 'roc',
    });
    const address = join(temporaryFolder(), 'store');
    const first = await tidemark('import', 'mlruns', folder, '--store', address);
    expect(first.code).toBe(0);
    expect(first.out).toContain('1 run, with 1 metric point\n');
    expect(first.out).toContain('1 artifact, 3 B');
    expect(first.out).toMatch(/Left out:\n {2}1\/bad: 1\/bad\/meta.yaml: It is not YAML: /);
    expect(first.out).toContain('1/traces: 1 trace is there');
    const second = await tidemark('--store', address, 'import', 'mlruns', folder, '--json');
    const report = JSON.parse(second.out) as MlrunsReport;
    expect(report).toMatchObject({ imported: { runs: 0 }, alreadyThere: { runs: 1 } });
    expect(report.problems).toHaveLength(2);
    const shown = await tidemark('runs', 'show', 'first', '--store', address);
    expect(shown.out).toMatch(/loss +0\.5/);
  });

  it('refuses what is no MLflow file store, and makes no store', async () => {
    const base = temporaryFolder();
    const address = join(base, 'store');
    mkdirSync(join(base, 'project', 'mlruns'), { recursive: true });
    writeFileSync(join(base, 'project', 'README'), '');
    for (const [folder, message] of [
      [join(base, 'project'), 'give the folder mlruns in it'],
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

  it('asks for another store when the one it would write to is an MLflow file store', async () => {
    const folder = mlruns();
    const { code, error } = await tidemark('import', 'mlruns', folder, '--store', folder);
    expect(code).toBe(1);
    expect(error).toMatch(/Name another with --store.*\[STORE_IS_MLRUNS\]/);
  });

  it('is what the error says when an MLflow file store is opened as a store', async () => {
    const folder = mlruns();
    const { error } = await tidemark('runs', '--store', folder);
    expect(error).toContain(`tidemark import mlruns ${folder} [STORE_IS_MLRUNS]`);
  });
});

describe('a run that cannot be read whole is left out, and the rest comes in', () => {
  it.each<[string, Record<string, string | Uint8Array>, RegExp]>([
    ['a metric line of garbage', { 'metrics/acc': '1 2 3\nx\n' }, /metrics\/acc: Line 2 is not/],
    ['text that is not UTF-8', { 'params/p': Uint8Array.of(0xff, 0xfe) }, /params\/p/],
    ['a key that is not allowed', { 'tags/a;b': 'x' }, /tag key "a;b"/],
    ['an unknown status', { 'meta.yaml': runMeta('c'.repeat(32)).replace('3', '9') }, /status 9/],
    ['no status', { 'meta.yaml': runMeta('c'.repeat(32)).replace('status: 3', '') }, /"status"/],
    ['the meta.yaml of another run', { 'meta.yaml': runMeta(RUN) }, /is that of the run a+/],
    [
      'a dataset that is gone',
      { 'inputs/i/meta.yaml': 'source_type: DATASET\nsource_id: gone\n' },
      /datasets\/gone: This dataset/,
    ],
    ['an artifact with a name that is unsafe', { 'artifacts/con': 'x' }, /names a device/],
  ])('%s', async (_, files, message) => {
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

  it.each(['params', 'artifacts/model', 'tags/t'])('a link out at %s', async (path) => {
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
  });

  it('a link in place of a run or an experiment is told; one to a file within is followed', async () => {
    const folder = mlruns({ 'shared.txt': 'shared' });
    symlinkSync(join(folder, '1', RUN), join(folder, '1', 'linked'));
    symlinkSync(join(folder, '1'), join(folder, '2'));
    mkdirSync(join(folder, '1', RUN, 'artifacts'));
    symlinkSync('../../../shared.txt', join(folder, '1', RUN, 'artifacts', 'x.txt'));
    const { store, report } = await imported(folder);
    expect(report.problems.map(({ place }) => place)).toEqual(['2', '1/linked']);
    expect(await store.runs({})).toMatchObject([{ artifacts: [{ path: 'x.txt', sizeBytes: 6 }] }]);
  });

  it('a file that vanishes after it was listed', async () => {
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

  it('a metric that is damaged after it was checked', async () => {
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

  it('comes in later, once it is repaired', async () => {
    const folder = mlruns({ [`1/${RUN}/metrics/acc`]: 'x\n' });
    const { store } = await imported(folder);
    expect(await store.runs({})).toEqual([]);
    writeFileSync(join(folder, '1', RUN, 'metrics', 'acc'), '1 2 3\n');
    expect((await again(folder, store)).imported.runs).toBe(1);
    expect(await history(store, RUN, 'acc')).toEqual([{ timestampMs: 1, value: 2, step: 3 }]);
  });
});

it('leaves no half of anything when writing stops, and goes on the next time', async () => {
  // More points than go into one write.
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

describe('what old versions and other habits leave behind', () => {
  it('reads the meta.yaml of a run of MLflow 1', async () => {
    const { store } = await imported(
      mlruns({
        [`1/${RUN}/meta.yaml`]: `artifact_uri: file:///x/mlruns/1/${RUN}/artifacts\nend_time: null\nentry_point_name: main\nexperiment_id: 1\nname: ''\nrun_uuid: ${RUN}\nsource_name: train.py\nsource_type: 3\nsource_version: abc\nstart_time: 7\nstatus: 1\nuser_id: ada\n`,
        [`1/${RUN}/tags/mlflow.runName`]: 'old',
      }),
    );
    const [run] = await store.runs({});
    expect(run).toMatchObject({ name: 'old', status: 'RUNNING', userId: 'ada', startTimeMs: 7 });
    expect(run).not.toHaveProperty('endTimeMs');
    expect(run?.tags).toEqual({
      'mlflow.runName': 'old',
      'mlflow.source.name': 'train.py',
      'mlflow.source.type': 'PROJECT',
      'mlflow.source.git.commit': 'abc',
      'mlflow.project.entryPoint': 'main',
    });
  });

  it('lets a run that still goes on go on, however long ago it was imported', async () => {
    const { store } = await imported(
      mlruns({ [`1/${RUN}/meta.yaml`]: runMeta(RUN).replace('status: 3', 'status: 1') }),
    );
    await store.close();
    // As on another machine, days later: nothing is known there of the process that imported it.
    const logs = join(fileURLToPath(store.uri), 'logs');
    for (const name of readdirSync(logs)) {
      const [header = '', ...lines] = readFileSync(join(logs, name), 'utf8').split('\n');
      const elsewhere = { ...JSON.parse(header), boot: 'another', host: 'elsewhere' };
      writeFileSync(join(logs, name), [JSON.stringify(elsewhere), ...lines].join('\n'));
      utimesSync(join(logs, name), 1, 1);
    }
    const there = await openStore(store.uri);
    expect(await there.runs({})).toMatchObject([{ runId: RUN, status: 'RUNNING' }]);
    expect((await there.runs({}))[0]).not.toHaveProperty('lostReason');
  });

  it('keeps a deleted run deleted, and the runs of a deleted experiment', async () => {
    const folder = mlruns({
      [`1/${RUN}/meta.yaml`]: runMeta(RUN).replace('active', 'deleted'),
      '.trash/2/meta.yaml': experimentMeta('2', 'gone'),
      [`.trash/2/${'d'.repeat(32)}/meta.yaml`]: runMeta('d'.repeat(32))
        .replaceAll("'1'", "'2'")
        .replace('/1/', '/2/'),
      [`.trash/2/${'d'.repeat(32)}/artifacts/a.txt`]: 'a',
    });
    const { store, report } = await imported(folder);
    expect(report.problems).toEqual([]);
    const [gone] = await store.runs({ runIds: ['d'.repeat(32) as RunId] });
    expect(gone).toMatchObject({ experimentId: '2', artifacts: [{ path: 'a.txt' }] });
    const [run] = await store.runs({ runIds: [RUN] });
    expect(run?.lifecycleStage).toBe('deleted');
    expect(
      (await store.experiments()).find(({ experimentId }) => experimentId === '2'),
    ).toMatchObject({ lifecycleStage: 'deleted' });
  });

  it('says of artifacts that lie elsewhere where they are', async () => {
    const { store, report } = await imported(
      mlruns({
        [`1/${RUN}/meta.yaml`]: runMeta(RUN).replace('/home/ml/mlruns', 's3://bucket'),
      }),
    );
    expect(report.problems).toMatchObject([{ severity: 'note', place: `1/${RUN}` }]);
    expect((await store.runs({}))[0]?.tags).toMatchObject({
      'tidemark.import.artifactUri': `s3://bucket/1/${RUN}/artifacts`,
    });
  });

  it('passes over what desktops leave, and tells of an id that is there twice', async () => {
    const { store, report } = await imported(
      mlruns({
        [`1/${RUN}/params/.DS_Store`]: Uint8Array.of(0xff),
        '.DS_Store': 'x',
        '.trash/1/meta.yaml': experimentMeta('1', 'penguins'),
      }),
    );
    expect((await store.runs({}))[0]?.params).toEqual({});
    expect(report.problems).toMatchObject([{ severity: 'left-out', place: '.trash/1' }]);
  });

  it('gives an experiment whose name is taken its id as well', async () => {
    const store = await openStore('memory:');
    await store.createExperiment({ name: 'penguins', creationTimeMs: 1 });
    const folder = mlruns();
    const report = await again(folder, store);
    expect(report.problems).toMatchObject([{ severity: 'note', place: '1' }]);
    expect((await store.experiments()).map(({ name }) => name)).toContain('penguins (1)');
    expect((await again(folder, store)).imported.experiments).toBe(0);
  });

  it('puts a point that a logged model keeps of a run that is gone among the problems', async () => {
    const { store, report } = await imported(
      mlruns({
        [`1/models/${MODEL}/meta.yaml`]: `artifact_location: /x/1/models/${MODEL}/artifacts\ncreation_timestamp: 1\nexperiment_id: '1'\nlast_updated_timestamp: 2\nmodel_id: ${MODEL}\nmodel_type: tfjs\nname: m\nsource_run_id: ''\nstatus: 3\nstatus_message: disk full\n`,
        [`1/models/${MODEL}/metrics/loss`]: `10 0.5 1 ${RUN}\n11 0.4 2 ${'e'.repeat(32)}\n`,
      }),
    );
    expect(report.problems).toMatchObject([{ place: `1/models/${MODEL}/metrics` }]);
    expect(await history(store, RUN, 'loss')).toEqual([
      { timestampMs: 10, value: 0.5, step: 1, modelId: MODEL },
    ]);
    expect(await store.loggedModels({})).toMatchObject([
      {
        modelType: 'tfjs',
        status: 'UPLOAD_FAILED',
        tags: { 'tidemark.import.statusMessage': 'disk full' },
      },
    ]);
  });
});

describe('registered models', () => {
  const registry = {
    'models/penguins/meta.yaml':
      'creation_timestamp: 100\ndescription: null\nlast_updated_timestamp: 900\nname: penguins\n',
    'models/penguins/version-2/meta.yaml': versionMeta(
      2,
      `/home/ml/mlruns/1/${RUN}/artifacts/model`,
      `run_id: ${RUN}\nuser_id: bob\nrun_link: http://ci/7\ndescription: good\n`,
    ).replace('current_stage: None', 'current_stage: Production'),
    'models/penguins/version-10/meta.yaml': versionMeta(
      10,
      's3://elsewhere/model',
      'status_message: disk full\n',
    ).replace('READY', 'FAILED_REGISTRATION'),
    'models/penguins/version-3/meta.yaml': versionMeta(3, 'REDACTED').replace(
      'None',
      'Deleted_Internal',
    ),
    'models/penguins/aliases/champion': '10',
    'models/penguins/aliases/gone': '3',
    [`1/${RUN}/artifacts/model/MLmodel`]: 'flavors: {}',
  };

  it('keep numbers with their gaps, authors, times and links', async () => {
    const { store, report } = await imported(mlruns(registry));
    const entry = await store.registry.read('penguins');
    expect(entry?.model).toMatchObject({ creationTimeMs: 100, lastUpdateTimeMs: 900 });
    const [run] = await store.runs({});
    const [file] = run?.artifacts ?? [];
    expect(entry?.model.versions).toMatchObject([
      {
        version: 2,
        creationTimeMs: 200,
        lastUpdateTimeMs: 250,
        createdBy: { name: 'bob', authenticated: false },
        description: 'good',
        source: `runs:/${RUN}/model`,
        runId: RUN,
        artifactsDigest: artifactsDigest(file === undefined ? [] : [{ ...file, path: 'MLmodel' }]),
        runLink: 'http://ci/7',
        stage: 'Production',
        status: 'READY',
        tags: [
          { key: 'tidemark.import.source', value: `/home/ml/mlruns/1/${RUN}/artifacts/model` },
        ],
      },
      {
        version: 10,
        source: 's3://elsewhere/model',
        createdBy: BY,
        aliases: ['champion'],
        stage: 'None',
        status: 'FAILED_REGISTRATION',
        statusMessage: 'disk full',
      },
    ]);
    expect(report.problems.map(({ severity, place }) => [severity, place])).toEqual([
      ['note', 'models/penguins/version-10'],
      ['left-out', 'models/penguins/aliases/gone'],
    ]);
  });

  it('go on where an import was interrupted', async () => {
    const folder = mlruns(registry);
    const whole = await imported(folder);
    const wanted = await whole.store.registry.read('penguins');
    for (let stopAfter = 1; stopAfter < 7; stopAfter += 1) {
      const address = join(temporaryFolder(), 'store');
      const store = await openStore(address);
      await again(folder, store);
      // As if the process had died there: the commits behind are not made yet.
      const [chain = ''] = readdirSync(join(address, 'registry'));
      const commits = readdirSync(join(address, 'registry', chain)).sort();
      expect(commits).toHaveLength(7);
      for (const commit of commits.slice(stopAfter)) {
        rmSync(join(address, 'registry', chain, commit));
      }
      const reopened = await openStore(address);
      expect((await again(folder, reopened)).imported.registeredModels).toBe(1);
      const entry = await reopened.registry.read('penguins');
      expect(entry?.head.number).toBe(7);
      expect(withoutMoments(entry?.model)).toEqual(withoutMoments(wanted?.model));
    }
  });

  it('never give the number of a deleted version again, and say so in their history', async () => {
    const last = versionMeta(11, 'REDACTED').replace('None', 'Deleted_Internal');
    const { store } = await imported(
      mlruns({ ...registry, 'models/penguins/version-11/meta.yaml': last }),
    );
    const next = await createModelVersion(store, { name: 'penguins', source: 's3://x', by: BY });
    expect(next.version).toBe(12);
    const commits = [];
    for await (const commit of modelHistory(store, 'penguins')) commits.push(commit);
    expect(
      modelActivity(commits)
        .filter(({ type }) => type === 'DELETED_VERSION')
        .map(({ version, atMs }) => [version, atMs]),
    ).toEqual([
      [3, 350],
      [11, 1150],
    ]);
  });

  it('with a stage or a status that MLflow has not are left out', async () => {
    for (const [given, wanted] of [
      ['current_stage: None', 'stage "Gold"'],
      ['status: READY', 'status "Gold"'],
    ] as const) {
      const meta = versionMeta(2, 's3://x').replace(given, given.replace(/ .*/, ' Gold'));
      const { store, report } = await imported(
        mlruns({ ...registry, 'models/penguins/version-2/meta.yaml': meta }),
      );
      expect(await store.registry.list()).toEqual([]);
      expect(report.problems.at(-1)).toMatchObject({ severity: 'left-out' });
      expect(report.problems.at(-1)?.message).toContain(wanted);
    }
  });

  it('that are there already are left as they are, and what is new in MLflow is told', async () => {
    const folder = mlruns(registry);
    const { store } = await imported(folder);
    mkdirSync(join(folder, 'models', 'penguins', 'version-11'));
    writeFileSync(
      join(folder, 'models', 'penguins', 'version-11', 'meta.yaml'),
      versionMeta(11, `models:/${MODEL}`),
    );
    const report = await again(folder, store);
    expect(report.alreadyThere.registeredModels).toBe(1);
    expect(report.problems.map(({ message }) => message).join('\n')).toMatch(
      /was not added \(version 11\)/,
    );
    expect((await store.registry.read('penguins'))?.model.versions).toHaveLength(2);
  });

  it('that are prompts stay where they are', async () => {
    const { store, report } = await imported(
      mlruns({ ...registry, 'models/penguins/tags/mlflow.prompt.is_prompt': 'true' }),
    );
    expect(await store.registry.list()).toEqual([]);
    expect(report.problems).toMatchObject([{ severity: 'left-out', place: 'models/penguins' }]);
  });
});

/** Without what differs from one import to the next: when it was, and which writer wrote. */
function withoutMoments(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) =>
      key === 'evidence' || key === 'runState' ? undefined : item,
    ),
  );
}
