import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
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
import { runCli } from '@tidemark/cli';
import { deleteModelTag, openModel, openStore, setModelTag } from '@tidemark/client';
import {
  artifactsDigest,
  collectBytes,
  type DeltaDatasetVersion,
  deltaDatasetVersion,
  type ModelVersion,
  type Run,
  type Store,
} from '@tidemark/core';
import {
  modelLineage,
  openDeltaSnapshot,
  readDatasetVersion,
  readDeltaTable,
  snapshotDigest,
} from '@tidemark/delta-lineage';
import { parseEnvironment } from '@tidemark/environment';
import { loadModel, outputTensor } from '@tidemark/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClassifier, predictions, prepare, sameBits, train } from './classifier.ts';
import { judgePullRequest } from './merge-gate.ts';

// The demo runs as a process in its own git repository; the tests read the store that it writes.

const LOCKFILE = '{"lockfileVersion":3}';
const MANIFEST =
  '{"name":"penguins-here","version":"1.2.3","dependencies":{"@tensorflow/tfjs":"^4.0.0"}}';
const folder = mkdtempSync(join(tmpdir(), 'tidemark-penguins-'));
const table = join(folder, 'tidemark-demo', 'penguins');
let store: Store;
let run: Run;
let second: Run;
let version: ModelVersion;
let challenger: ModelVersion;

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
  [second, run] = (await store.runs({})) as [Run, Run];
  [version, challenger] = await versions();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function versions(): Promise<[ModelVersion, ModelVersion, ...ModelVersion[]]> {
  const entry = await store.registry.read('penguins');
  return entry?.model.versions as [ModelVersion, ModelVersion, ...ModelVersion[]];
}

async function sql(text: string): Promise<Record<string, unknown>[]> {
  let out = '';
  const code = await runCli(['sql', text, '--json', '--store', join(folder, 'tidemark')], {
    out: (piece) => {
      out += piece;
    },
    outBytes: async (bytes) => {
      out += new TextDecoder().decode(bytes);
    },
    error: (piece) => expect.fail(piece),
    width: 80,
    colors: false,
  });
  expect(code).toBe(0);
  return JSON.parse(out) as Record<string, unknown>[];
}

function runDemo(): void {
  const { TIDEMARK_TRACKING_URI: _, MLFLOW_TRACKING_URI: __, ...env } = process.env;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = fileURLToPath(new URL('demo.ts', import.meta.url));
  const demo = spawnSync(
    process.execPath,
    ['--import', tsx, '--conditions=@tidemark/source', script],
    { cwd: folder, encoding: 'utf8', env },
  );
  expect(demo.stderr).toBe('');
  expect(demo.status).toBe(0);
}

describe('step 1: a Delta table with two versions', () => {
  it('version 0 has some of the rows, version 1 all of them', async () => {
    const rows = async (at: number): Promise<number> =>
      (await readDeltaTable(table, { version: at, record: false })).table.numRows;
    expect([await rows(0), await rows(1)]).toEqual([222, 333]);
    await expect(rows(2)).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
  });
});

describe('step 2: a training, recorded with one line', () => {
  it('is a finished run of the experiment penguins', async () => {
    const experiments = await store.experiments();
    const experiment = experiments.find(({ experimentId }) => experimentId === run.experimentId);
    expect(experiment?.name).toBe('penguins');
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
    const { through } = version.runState as NonNullable<ModelVersion['runState']>;
    expect(await store.runStateDigest(run.runId, through)).toEqual(version.runState);
  });

  it('makes, once loaded, the same predictions as the trained model, bit for bit', async () => {
    // The training is deterministic on the CPU, so the test repeats it and compares.
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

describe('step 4: SQL, through the command line', () => {
  it('reads runs, params and every point of every metric, with models and versions', async () => {
    const points = await sql(
      "select run_id, step, value from metrics where key = 'val_acc' order by run_id, step",
    );
    for (const { runId } of [run, second]) {
      const history = await store.metricHistory(runId, 'val_acc');
      const found = points.filter(({ run_id }) => run_id === runId);
      expect(found.map(({ value }) => value)).toEqual(history.map(({ value }) => value));
    }
    expect(await sql("select distinct value from params where key = 'epochs'")).toEqual([
      { value: '40' },
    ]);
    expect(await sql('select name, version, run_id from model_versions order by version')).toEqual([
      { name: 'penguins', version: 1, run_id: run.runId },
      { name: 'penguins', version: 2, run_id: second.runId },
    ]);
  });
});

describe('steps 5 and 6: the merge gate', () => {
  const KEYS = ['passed-gdpr-review', 'passed-performance-test'];

  it('judges a version with two tags, whose evidence names its run and exactly its files', () => {
    expect(version.tags.map(({ key }) => key)).toEqual(KEYS);
    for (const { value, evidence } of version.tags) {
      expect(value).toBe('true');
      expect(evidence).toMatchObject({
        runId: run.runId,
        ciJob: 'demo/reviews',
        digest: version.artifactsDigest,
      });
    }
  });

  it('fails without a required tag, says why in an annotation and in the job summary, and passes with both', async () => {
    const judge = () => judgePullRequest(join(folder, 'tidemark'));
    const at = { store, name: 'penguins', version: 2, key: KEYS[0] as string };
    await deleteModelTag(at);
    const blocked = await judge();
    expect(blocked).toMatchObject({
      exitCode: 1,
      verdict: 'failed',
      failedRules: ['penguins/tags.require.passed-gdpr-review'],
    });
    expect(blocked.annotations[0]).toContain('passed-gdpr-review');
    expect(blocked.summary).toContain('passed-gdpr-review');
    await setModelTag({ ...at, value: 'true' });
    expect(await judge()).toMatchObject({ exitCode: 0, verdict: 'passed', failedRules: [] });
  });

  it('never trusts a store in the checkout', async () => {
    const inside = await judgePullRequest((workspace) => {
      cpSync(join(folder, 'tidemark'), join(workspace, 'tidemark'), { recursive: true });
      return join(workspace, 'tidemark');
    });
    expect(inside).toMatchObject({ exitCode: 1, verdict: 'error' });
  });
});

describe('step 7: the next model, compared with the champion', () => {
  it('is version 2, trained on version 1 of the table, while version 1 of the model is the champion', () => {
    expect(version.aliases).toEqual(['champion']);
    expect(challenger).toMatchObject({ version: 2, runId: second.runId, aliases: [] });
    expect(deltaDatasetVersion(second.datasets[0]?.dataset as never)).toMatchObject({
      version: 1,
      rowCount: 333,
    });
  });
});

describe('step 8: the lineage of version 2', () => {
  it('leads to version 1 of the table, whose rows can be read again', async () => {
    const { datasets, runs, version: of } = await modelLineage('models:/penguins/2', { store });
    expect(of?.version).toBe(2);
    expect(runs.map(({ runId }) => runId)).toEqual([second.runId]);
    expect(datasets).toHaveLength(1);
    const pinned = datasets[0]?.version as DeltaDatasetVersion;
    const again = await readDatasetVersion(pinned, { record: false });
    const original = await readDeltaTable(table, { version: 1, record: false });
    expect(again.table.toArray().map(String)).toEqual(original.table.toArray().map(String));
    const other = { ...pinned, version: 0 };
    await expect(readDatasetVersion(other, { record: false })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });
});

describe('the store', () => {
  it('is plain files below ./tidemark', () => {
    // Derived files are written only when they save time, and may be deleted at any time.
    const kept = readdirSync(join(folder, 'tidemark')).filter((name) => name !== 'index');
    expect(kept.sort()).toEqual([
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

  it('accepts a second run of the demo', async () => {
    runDemo();
    expect(await store.runs({})).toHaveLength(4);
    const all = await versions();
    expect(all.map((each) => each.version)).toEqual([1, 2, 3, 4]);
    expect(all.map(({ aliases }) => aliases)).toEqual([[], [], ['champion'], []]);
    expect(all[0]).toMatchObject({ tags: version.tags, artifactsDigest: version.artifactsDigest });
    const files = await Promise.all(
      [1, 2].map(async (number) =>
        (await openModel(`models:/penguins/${number}`, { store })).read('MLmodel'),
      ),
    );
    expect(files[0]).not.toEqual(files[1]);
  });
});
