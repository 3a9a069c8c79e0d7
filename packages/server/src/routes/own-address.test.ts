import { createRegisteredModel, type ExperimentId } from '@tidemark/core';
import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';

const API = '/api/2.0/mlflow';
const BY = { name: 'ada', authenticated: false };

test('an address of this server pins the files of its run, and the same path elsewhere does not', async () => {
  const { address, call, store } = await attackedServer();
  const experimentId = '0' as ExperimentId;
  const { runId } = await store.createRun({ experimentId, name: 'r', userId: '', startTimeMs: 1 });
  const owner = { kind: 'run', experimentId, runId } as const;
  const file = await store.artifacts.write(owner, 'm/a.txt', new Uint8Array([1]));
  await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
  await createRegisteredModel(store, { name: 'net', by: BY });
  const path = `0/${runId}/artifacts/m`;
  for (const [source, isHere] of [
    [`mlflow-artifacts:/${path}`, true],
    [`${address.replace('http:', 'mlflow-artifacts:')}/${path}`, true],
    [`${address}/api/2.0/mlflow-artifacts/artifacts/${path}`, true],
    [`s3://elsewhere/${path}`, false],
  ] as const) {
    const body = { name: 'net', source, run_id: runId };
    const made = await call('admin', 'POST', `${API}/model-versions/create`, body);
    expect([source, made.status]).toEqual([source, 200]);
    const version = (await store.registry.read('net'))?.model.versions.at(-1);
    expect([source, version?.artifactsDigest !== undefined]).toEqual([source, isHere]);
    const named = `name=net&version=${version?.version}`;
    const uri = await call('admin', 'GET', `${API}/model-versions/get-download-uri?${named}`);
    expect(uri.json).toEqual({ artifact_uri: source });
  }
});
