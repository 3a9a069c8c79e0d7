import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createModelVersion, MemoryStore, renameRegisteredModel } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import {
  currentActor,
  deleteModelAlias,
  deleteModelTag,
  openModel,
  openStore,
  registerModel,
  setModelAlias,
  setModelTag,
  startRun,
  transitionModelStage,
} from '../index.ts';

const QUIET = { environment: false } as const;

describe('a model', () => {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);

  async function registered() {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    const model = await startRun({ ...QUIET, store }, (run) =>
      run.logModel({
        name: 'classifier',
        files: ({ modelId, runId }) => [{ path: 'MLmodel', content: text(`${modelId} ${runId}`) }],
      }),
    );
    const version = await registerModel({ store, name: 'penguins', model });
    return { store, model, version, folder };
  }

  it('has the files of its source, and not those of a logged model that it also names', async () => {
    const { store, model } = await registered();
    const { modelId } = model;
    const facts = { name: 'penguins', modelId, by: currentActor() };
    await createModelVersion(store, { ...facts, source: 's3://bucket/other' });
    for (const find of [
      () => openModel('runs:/abc/classifier', { store }),
      () => registerModel({ store, name: 'penguins', model: 'runs:/abc/classifier' }),
    ]) {
      await expect(find()).rejects.toMatchObject({
        code: 'RUN_NOT_FOUND',
        message: expect.stringContaining('There is no run abc in'),
      });
    }
    await expect(openModel('models:/penguins/2', { store })).rejects.toMatchObject({
      code: 'LOGGED_MODEL_NOT_FOUND',
      message: expect.stringContaining(
        'registered from s3://bucket/other, which is not in this store',
      ),
    });
    await createModelVersion(store, {
      ...facts,
      source: `mlflow-artifacts:/0/models/${modelId}/artifacts`,
    });
    expect((await openModel('models:/penguins/3', { store })).modelId).toBe(modelId);
  });

  it('is found by its version, as the latest, by its logged model and by its run', async () => {
    const { store, model, version } = await registered();
    expect(version).toMatchObject({ version: 1, modelId: model.modelId, runId: model.sourceRunId });
    for (const uri of [
      'models:/penguins/1',
      'models:/penguins/latest',
      `models:/${model.modelId}`,
      `runs:/${model.sourceRunId}/classifier`,
    ]) {
      const files = await openModel(uri, { store });
      expect(new TextDecoder().decode(await files.read('MLmodel'))).toBe(
        `${model.modelId} ${model.sourceRunId}`,
      );
    }
    await expect(openModel('models:/penguins/2', { store })).rejects.toMatchObject({
      code: 'MODEL_VERSION_NOT_FOUND',
    });
    await expect(openModel('models:/penguins@champion', { store })).rejects.toMatchObject({
      code: 'MODEL_ALIAS_NOT_FOUND',
    });
  });

  it('is found by its stage, as in MLflow, which means the newest version in it', async () => {
    const { store, model } = await registered();
    await registerModel({ store, name: 'penguins', model });
    await registerModel({ store, name: 'penguins', model });
    const open = async (uri: string) => (await openModel(uri, { store })).version?.version;
    for (const version of [1, 2]) {
      await transitionModelStage({ store, name: 'penguins', version, stage: 'Production' });
    }
    expect(await open('models:/penguins/Production')).toBe(2);
    expect(await open('models:/penguins/production')).toBe(2);
    expect(await open('models:/penguins/None')).toBe(3);
    expect(await open('models:/penguins/latest')).toBe(3);
    await expect(open('models:/penguins/Staging')).rejects.toMatchObject({
      code: 'MODEL_VERSION_NOT_FOUND',
      message: expect.stringContaining('it has versions in Production, None'),
    });
    await expect(open('models:/penguins/Gold')).rejects.toMatchObject({
      code: 'MODEL_URI_INVALID',
    });
  });

  it('reports its new name after it was renamed', async () => {
    const { store } = await registered();
    await renameRegisteredModel(store, { name: 'penguins', newName: 'birds', by: currentActor() });
    await expect(openModel('models:/penguins/1', { store })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('"birds"'),
    });
    expect((await openModel('models:/birds/1', { store })).version?.version).toBe(1);
  });

  it('has aliases, and tags with their evidence, until they are deleted', async () => {
    const { store, version } = await registered();
    const at = { store, name: 'penguins', version: 1 };
    await setModelAlias({ ...at, alias: 'champion' });
    await setModelTag({ ...at, key: 'passed', value: 'yes', evidence: { ciJob: 'ci/7' } });
    const read = async () => (await store.registry.read('penguins'))?.model.versions[0];
    expect(await read()).toMatchObject({
      aliases: ['champion'],
      tags: [
        {
          key: 'passed',
          value: 'yes',
          evidence: { by: currentActor(), ciJob: 'ci/7', digest: version.artifactsDigest },
        },
      ],
    });
    expect((await openModel('models:/penguins@champion', { store })).version?.version).toBe(1);
    await deleteModelAlias({ store, name: 'penguins', alias: 'champion' });
    await deleteModelTag({ ...at, key: 'passed' });
    expect(await read()).toMatchObject({ aliases: [], tags: [] });
    await expect(setModelAlias({ ...at, version: 9, alias: 'x' })).rejects.toMatchObject({
      code: 'MODEL_VERSION_NOT_FOUND',
    });
  });

  it('whose file changed cannot be read', async () => {
    const { store, model, folder } = await registered();
    const path = join(folder, 'artifacts', model.experimentId, 'models', model.modelId, 'MLmodel');
    writeFileSync(path, 'forged');
    const files = await openModel('models:/penguins/1', { store });
    await expect(files.read('MLmodel')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('whose records changed after its registration cannot be opened', async () => {
    const { store, model } = await registered();
    const owner = {
      kind: 'model',
      experimentId: model.experimentId,
      modelId: model.modelId,
    } as const;
    const file = await store.artifacts.write(owner, 'MLmodel', text('forged'));
    await store.append([{ kind: 'artifact', owner: { model: model.modelId }, file }]);
    await expect(openModel('models:/penguins/1', { store })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it('whose files cannot be written is marked as failed, and the error is thrown', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store }, async (run) => {
      const broken = run.logModel({
        name: 'broken',
        files: () => {
          throw new RangeError('no weights');
        },
      });
      await expect(broken).rejects.toThrow(RangeError);
    });
    expect(await store.loggedModels({})).toMatchObject([{ status: 'UPLOAD_FAILED' }]);
  });
});
