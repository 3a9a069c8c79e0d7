import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { openStore } from '@tidemark/client';
import type { RunId } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import {
  again,
  experimentMeta,
  history,
  imported,
  MODEL,
  mlruns,
  RUN,
  runMeta,
} from '../../testing/mlruns.ts';

describe('an import of files of old versions and of other programs', () => {
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

  it('keeps a running run RUNNING, however long ago it was imported', async () => {
    const { store } = await imported(
      mlruns({ [`1/${RUN}/meta.yaml`]: runMeta(RUN).replace('status: 3', 'status: 1') }),
    );
    await store.close();
    // As on another machine, days later, where the process that imported it is unknown.
    const logs = join(fileURLToPath(store.uri), 'logs');
    for (const name of readdirSync(logs)) {
      const [header = '', ...lines] = readFileSync(join(logs, name), 'utf8').split('\n');
      const there = { boot: 'another', host: 'elsewhere', crc: undefined };
      const fields = JSON.stringify({ ...JSON.parse(header), ...there }).slice(0, -1);
      const elsewhere = `${fields},"crc":${crc32(fields)}}`;
      writeFileSync(join(logs, name), [elsewhere, ...lines].join('\n'));
      utimesSync(join(logs, name), 1, 1);
    }
    const there = await openStore(store.uri);
    expect(await there.runs({})).toMatchObject([{ runId: RUN, status: 'RUNNING' }]);
    expect((await there.runs({}))[0]).not.toHaveProperty('lostReason');
  });

  it('keeps deleted runs and the runs of deleted experiments deleted', async () => {
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

  it('reports and records the location of artifacts that are elsewhere', async () => {
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

  it('ignores .DS_Store files, and reports an id that occurs twice', async () => {
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

  it('adds the id to the name of an experiment whose name is taken', async () => {
    const store = await openStore('memory:');
    await store.createExperiment({ name: 'penguins', creationTimeMs: 1 });
    const folder = mlruns();
    const report = await again(folder, store);
    expect(report.problems).toMatchObject([{ severity: 'note', place: '1' }]);
    expect((await store.experiments()).map(({ name }) => name)).toContain('penguins (1)');
    expect((await again(folder, store)).imported.experiments).toBe(0);
  });

  it('reports a point of a logged model whose run is missing', async () => {
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
