import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { openModel, openStore } from '@tidemark/client';
import {
  artifactsDigest,
  collectBytes,
  deltaDatasetVersion,
  type ModelVersion,
  type Run,
  type Store,
} from '@tidemark/core';
import { parseEnvironment } from '@tidemark/core/node';
import { openDeltaSnapshot, readDeltaTable, snapshotDigest } from '@tidemark/delta-lineage';
import { loadModel, outputTensor } from '@tidemark/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClassifier, predictions, prepare, sameBits, train } from './classifier.ts';

// The demo runs as a process, in a git repository of its own; the tests read what it leaves behind.

const LOCKFILE = '{"lockfileVersion":3}';
const MANIFEST =
  '{"name":"penguins-here","version":"1.2.3","dependencies":{"@tensorflow/tfjs":"^4.0.0"}}';
const folder = mkdtempSync(join(tmpdir(), 'tidemark-penguins-'));
const table = join(folder, 'tidemark-demo', 'penguins');
let store: Store;
let run: Run;
let version: ModelVersion;

beforeAll(async () => {
  writeFileSync(join(folder, 'package-lock.json'), LOCKFILE);
  writeFileSync(join(folder, 'package.json'), MANIFEST);
  writeFileSync(join(folder, '.gitignore'), 'tidemark*\nnode_modules\n');
  symlinkSync(
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
    join(folder, 'node_modules'),
  );
  const git = (...args: string[]): void => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
    execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'ignore' });
  };
  git('init');
  git('add', '.');
  git('commit', '-m', 'the code');
  runDemo();
  store = await openStore(join(folder, 'tidemark'), { mustExist: true });
  run = (await store.runs({}))[0] as Run;
  version = (await store.registry.read('penguins'))?.model.versions[0] as ModelVersion;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runDemo(): void {
  const { TIDEMARK_TRACKING_URI: _, MLFLOW_TRACKING_URI: __, ...env } = process.env;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = fileURLToPath(new URL('train.ts', import.meta.url));
  const demo = spawnSync(
    process.execPath,
    ['--import', tsx, '--conditions=@tidemark/source', script],
    { cwd: folder, encoding: 'utf8', env },
  );
  expect(demo.stderr).toBe('');
  expect(demo.status).toBe(0);
}

describe('step 1: a Delta table with two versions', () => {
  it('version 0 has a part of the rows, version 1 all of them', async () => {
    const rows = async (at: number): Promise<number> =>
      (await readDeltaTable(table, { version: at, record: false })).table.numRows;
    expect([await rows(0), await rows(1)]).toEqual([222, 333]);
    await expect(rows(2)).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
  });
});

describe('step 2: a training that was recorded by one line', () => {
  it('is one finished run of the experiment penguins', async () => {
    const experiments = await store.experiments();
    const experiment = experiments.find(({ experimentId }) => experimentId === run.experimentId);
    expect(experiment?.name).toBe('penguins');
    expect(await store.runs({})).toHaveLength(1);
    expect(run).toMatchObject({ status: 'FINISHED', lifecycleStage: 'active', paramConflicts: [] });
    expect(run.tags['mlflow.autologging']).toBe('tfjs');
  });

  it('has the params of fit and of the optimizer', () => {
    expect(run.params).toMatchObject({
      epochs: '40',
      batch_size: '32',
      loss: 'categoricalCrossentropy',
      optimizer_name: 'Adam',
      optimizer_learning_rate: '0.02',
    });
  });

  it('has every metric of every epoch', async () => {
    expect(Object.keys(run.metrics)).toEqual(['acc', 'loss', 'val_acc', 'val_loss']);
    for (const key of Object.keys(run.metrics)) {
      const history = await store.metricHistory(run.runId, key);
      expect(history.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i));
      expect(history.every(({ value }) => Number.isFinite(value))).toBe(true);
    }
    const losses = (await store.metricHistory(run.runId, 'loss')).map(({ value }) => value);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 4);
  });

  it('has the dataset as table id, version and snapshot digest', async () => {
    expect(run.datasets).toHaveLength(1);
    const input = run.datasets[0];
    expect(input?.tags).toEqual({ 'mlflow.data.context': 'training' });
    const snapshot = await openDeltaSnapshot(table, { version: 0 });
    expect(deltaDatasetVersion(input?.dataset as never)).toEqual({
      kind: 'delta',
      uri: table,
      tableId: snapshot.tableId,
      version: 0,
      snapshotDigest: snapshotDigest(snapshot),
      rowCount: 222,
    });
  });

  it('has the environment: commit and dirty flag, Node and package versions, lockfile hash', async () => {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' });
    const lockfile = createHash('sha256').update(LOCKFILE).digest('hex');
    expect(run.tags).toMatchObject({
      'mlflow.source.git.commit': commit.trim(),
      'mlflow.source.git.dirty': 'false',
      'tidemark.node.version': process.versions.node,
      'tidemark.lockfile.sha256': lockfile,
    });
    const owner = { kind: 'run', runId: run.runId, experimentId: run.experimentId } as const;
    const bytes = await collectBytes(store.artifacts.read(owner, 'environment.json'));
    const environment = parseEnvironment(new TextDecoder().decode(bytes));
    expect(environment.git).toMatchObject({ commit: commit.trim(), dirty: false });
    expect(environment.node.version).toBe(process.versions.node);
    expect(environment.package).toMatchObject({
      name: 'penguins-here',
      dependencies: { '@tensorflow/tfjs': tf.version.tfjs },
    });
    expect(environment.lockfile).toMatchObject({ path: 'package-lock.json', sha256: lockfile });
  });

  it('has the model with its signature as an output', async () => {
    expect(run.modelOutputs).toHaveLength(1);
    const { mlmodel, signature } = await loadModel('models:/penguins/1', { store });
    expect(Object.keys(mlmodel.flavors)).toContain('tfjs');
    expect(signature).toMatchObject({
      inputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 4] }],
      outputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 3] }],
    });
  });
});

describe('step 3: the registered model', () => {
  it('is version 1, linked to its run, with the digests of its artifacts and of the run', async () => {
    const files = await openModel('models:/penguins/1', { store });
    expect(version).toMatchObject({
      version: 1,
      runId: run.runId,
      modelId: run.modelOutputs[0]?.modelId,
      artifactsDigest: artifactsDigest(files.files),
    });
    const { throughStampUs } = version.runState as NonNullable<ModelVersion['runState']>;
    expect(await store.runStateDigest(run.runId, throughStampUs)).toEqual(version.runState);
  });

  it('predicts, once loaded, bit for bit what the trained model did', async () => {
    // The training is deterministic on the CPU, so it can be done again to compare with.
    tf.enableProdMode();
    const { table: rows } = await readDeltaTable(table, { version: 0, record: false });
    const data = prepare(rows);
    const model = buildClassifier(data.species.length);
    await train(model, data, () => {});
    const expected = await predictions(model, data);
    const loaded = await loadModel('models:/penguins/1', { store });
    const output = outputTensor(await loaded.predict(await data.features.array()));
    expect(output.shape).toEqual([222, 3]);
    expect(sameBits(output.data as Float32Array, expected)).toBe(true);
  });
});

describe('the store', () => {
  it('is plain files below ./tidemark', () => {
    expect(readdirSync(join(folder, 'tidemark')).sort()).toEqual([
      '.gitattributes',
      '.gitignore',
      'artifacts',
      'logs',
      'registry',
      'store.json',
    ]);
    for (const log of readdirSync(join(folder, 'tidemark', 'logs'))) {
      const lines = readFileSync(join(folder, 'tidemark', 'logs', log), 'utf8')
        .trimEnd()
        .split('\n');
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty('kind');
    }
  });

  it('takes a second demo without harm', async () => {
    runDemo();
    expect(await store.runs({})).toHaveLength(2);
    const versions = (await store.registry.read('penguins'))?.model.versions;
    expect(versions?.map((each) => each.version)).toEqual([1, 2]);
    expect(versions?.[0]).toEqual(version);
    const files = await Promise.all(
      [1, 2].map(async (number) =>
        (await openModel(`models:/penguins/${number}`, { store })).read('MLmodel'),
      ),
    );
    expect(files[0]).not.toEqual(files[1]);
  });
});
