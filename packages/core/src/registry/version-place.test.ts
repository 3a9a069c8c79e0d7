import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId, LoggedModelId } from '../model/ids.ts';
import { createModelVersion } from './create-model-version.ts';
import { createRegisteredModel } from './create-registered-model.ts';
import { ARTIFACT_LOCATION_TAG, versionPlace } from './version-place.ts';

const BY = { name: 'ada', authenticated: false };

/** Returns a store with a run and a logged model, in Default and in an experiment whose artifacts are in a bucket. */
async function filled() {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const tags = { [ARTIFACT_LOCATION_TAG]: 's3://bucket/here' };
  const far = await store.createExperiment({ name: 'far', creationTimeMs: 1, tags });
  const owners = async (experimentId: ExperimentId) => {
    const draft = { experimentId, name: 'r', userId: '', startTimeMs: 1 };
    const { runId } = await store.createRun(draft);
    const { modelId } = await store.createLoggedModel({
      experimentId,
      name: 'm',
      creationTimeMs: 1,
      sourceRunId: runId,
    });
    for (const [owner, event] of [
      [{ kind: 'run', experimentId, runId }, { run: runId }],
      [{ kind: 'model', experimentId, modelId }, { model: modelId }],
    ] as const) {
      const file = await store.artifacts.write(owner, 'model/w', new Uint8Array([1]));
      await store.append([{ kind: 'artifact', owner: event, file }]);
    }
    return { runId, modelId };
  };
  return {
    store,
    disk: pathToFileURL(join(folder, 'artifacts')).href,
    near: await owners('0' as ExperimentId),
    far: await owners(far.experimentId),
    farId: far.experimentId,
  };
}

it('a version has files in the store for each address that the store gives out, and for no other address with an id', async () => {
  const { store, disk, near, far, farId } = await filled();
  await createRegisteredModel(store, { name: 'm', by: BY });
  const { runId, modelId } = near;
  const inRun = (path: string) => ({ kind: 'run', runId, path });
  const model = { kind: 'model', modelId };
  const cases: [string, object | undefined, typeof near?][] = [
    [`models:/${modelId}`, model],
    [`runs:/${runId}/model`, inRun('model')],
    [`runs:/${runId}`, inRun('')],
    [`mlflow-artifacts:/0/${runId}/artifacts/model`, inRun('model')],
    [`mlflow-artifacts:///0/${runId}/artifacts/model/`, inRun('model')],
    [`mlflow-artifacts:/0/models/${modelId}/artifacts`, model],
    [`${disk}/0/${runId}/model`, inRun('model')],
    [`${disk.replace('file://', '')}/0/${runId}/model`, inRun('model')],
    [`${disk}/0/models/${modelId}`, model],
    [`s3://bucket/here/${far.runId}/artifacts/model`, { ...inRun('model'), runId: far.runId }, far],
    [`s3://bucket/here/models/${far.modelId}/artifacts`, { ...model, modelId: far.modelId }, far],
    [`s3://elsewhere/${modelId}`, undefined],
    [`s3://elsewhere/0/models/${modelId}/artifacts`, undefined],
    [`https://evil/${runId}/artifacts/model`, undefined],
    [`https://evil/runs:/${runId}/model`, undefined],
    [`https://evil/?x=models:/${modelId}`, undefined],
    [`mlflow-artifacts://evil/0/${runId}/artifacts/model`, undefined],
    [`mlflow-artifacts:/0/${runId}/artifacts-of-others`, undefined],
    [`mlflow-artifacts:/0/${runId}/artifacts/../../x/artifacts`, undefined],
    [`mlflow-artifacts:/1/${runId}/artifacts/model`, undefined],
    [`file://evil${disk.replace('file://', '')}/0/${runId}/model`, undefined],
    [`/tmp/${runId}/artifacts/model`, undefined],
    [`s3://bucket/here/${runId}/artifacts/model`, undefined],
    [`s3://bucket/here-too/${far.runId}/artifacts/model`, undefined, far],
    [`mlflow-artifacts:/${farId}/${far.runId}/artifacts/model`, undefined, far],
  ];
  for (const [source, place, ids = near] of cases) {
    expect([source, await versionPlace(store, { source, ...ids })]).toEqual([source, place]);
    const version = await createModelVersion(store, { name: 'm', source, ...ids, by: BY });
    expect([source, version.artifactsDigest !== undefined]).toEqual([source, place !== undefined]);
  }
});

it('an id that this store does not have is read only from models: and runs: addresses', async () => {
  const { store } = await filled();
  const modelId = `m-${'0'.repeat(32)}` as LoggedModelId;
  expect(await versionPlace(store, { source: `models:/${modelId}` })).toEqual({
    kind: 'model',
    modelId,
  });
  const source = `mlflow-artifacts:/0/models/${modelId}/artifacts`;
  expect(await versionPlace(store, { source, modelId })).toBeUndefined();
});
