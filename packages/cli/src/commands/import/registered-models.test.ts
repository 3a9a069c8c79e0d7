import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '@tidemark/client';
import { artifactsDigest, createModelVersion, modelActivity, modelHistory } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { again, imported, MODEL, mlruns, RUN, runMeta, versionMeta } from '../../testing/mlruns.ts';

const BY = { name: 'ada', authenticated: false } as const;

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

  it('keep their version numbers with the gaps, and their authors, times and links', async () => {
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

  it('have the files of a run or logged model only where the recorded locations say so', async () => {
    const bucket = 's3://bucket/1';
    const ofModel = `model_id: ${MODEL}\n`;
    const sources = [
      [`${bucket}/${RUN}/artifacts/model`, '', `runs:/${RUN}/model`],
      [`runs:/${RUN}/model`, '', `runs:/${RUN}/model`],
      [`${bucket}/models/${MODEL}/artifacts`, ofModel, `models:/${MODEL}`],
      [`https://evil/${RUN}/artifacts/model`, ''],
      [`/tmp/${RUN}/artifacts/model`, ''],
      [`${bucket}/${RUN}/artifacts-of-others/model`, ''],
      [`s3://elsewhere/models/${MODEL}/artifacts`, ofModel],
      [`s3://elsewhere/${MODEL}`, ofModel],
    ] as const;
    const versions = sources.map(([source, more], at) => [
      `models/penguins/version-${at + 1}/meta.yaml`,
      versionMeta(at + 1, source, `run_id: ${RUN}\n${more}`),
    ]);
    const { store } = await imported(
      mlruns({
        'models/penguins/meta.yaml': registry['models/penguins/meta.yaml'],
        [`1/${RUN}/artifacts/model/MLmodel`]: 'of the run',
        [`1/${RUN}/meta.yaml`]: runMeta(RUN).replace('/home/ml/mlruns/1', bucket),
        [`1/models/${MODEL}/meta.yaml`]: `artifact_location: ${bucket}/models/${MODEL}/artifacts\ncreation_timestamp: 1\nexperiment_id: '1'\nlast_updated_timestamp: 2\nmodel_id: ${MODEL}\nname: m\nstatus: 2\n`,
        [`1/models/${MODEL}/artifacts/MLmodel`]: 'of the model',
        ...Object.fromEntries(versions),
      }),
    );
    for (const [at, [source, , mapped]] of sources.entries()) {
      const version = (await store.registry.read('penguins'))?.model.versions[at];
      expect([source, version?.source]).toEqual([source, mapped ?? source]);
      expect([source, version?.artifactsDigest !== undefined]).toEqual([
        source,
        mapped !== undefined,
      ]);
      const opened = openModel(`models:/penguins/${at + 1}`, { store });
      if (mapped === undefined) await expect(opened).rejects.toThrow(`registered from ${source}`);
      else expect((await opened).files.map(({ path }) => path)).toEqual(['MLmodel']);
    }
  });

  it('are imported with one commit, which records who did what and when in MLflow', async () => {
    const { store, report } = await imported(mlruns(registry));
    expect(report.imported.registeredModels).toBe(1);
    const commits = [];
    for await (const commit of modelHistory(store, 'penguins')) commits.push(commit);
    expect(commits).toMatchObject([{ number: 1, by: BY }]);
    const activity = modelActivity(commits);
    expect(new Set(activity.map(({ broughtIn }) => broughtIn?.atMs))).toEqual(
      new Set([commits[0]?.atMs]),
    );
    const created = activity.filter(({ type }) => type === 'CREATED_VERSION');
    const { versions = [] } = (await store.registry.read('penguins'))?.model ?? {};
    for (const { version, createdBy, creationTimeMs } of versions) {
      expect(created).toContainEqual(
        expect.objectContaining({ version, by: createdBy, atMs: creationTimeMs }),
      );
    }
  });

  it('never reuse the number of a deleted version, and record that in their history', async () => {
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

  it('with a stage or a status that MLflow does not have are left out', async () => {
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

  it('that exist already are not changed, and what is new in MLflow is reported', async () => {
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

  it('that are prompts are not imported', async () => {
    const { store, report } = await imported(
      mlruns({ ...registry, 'models/penguins/tags/mlflow.prompt.is_prompt': 'true' }),
    );
    expect(await store.registry.list()).toEqual([]);
    expect(report.problems).toMatchObject([{ severity: 'left-out', place: 'models/penguins' }]);
  });
});
