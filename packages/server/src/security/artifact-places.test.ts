import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import {
  closedServer,
  closedUsers,
  modelPath,
  NOWHERE,
  runPath,
} from '../testing/closed-server.ts';

const API = '/api/2.0/mlflow';

test('the artifacts of an experiment cannot be inside those of a run in a folder, in any spelling', async () => {
  const root = temporaryFolder();
  const { href } = pathToFileURL(root);
  const server = await attackedServer(closedUsers('17'), { artifactRoot: root });
  const modelId = `m-${'b'.repeat(32)}`;
  const spelt = (path: string): string[] => [
    `${root}/${path}`,
    `${href}/${path}`,
    `${href}//${path.replaceAll('/', '//')}`,
    `${href}/./${path}`,
    `${href}/x/.\t./${path}`,
    `${href.replace('file:///', 'file:/')}/${path}`,
    `${href.replace('file:///', 'FILE:///')}/${path}`,
    `${href.replace('file:///', 'file://localhost/')}/${path}`,
    `${href.slice(0, -1)}%${href.charCodeAt(href.length - 1).toString(16)}/${path}`,
    `${href}/${path.replace('a', '%61').replace('m', '%6d')}`,
  ];
  const inside = [
    '17/r/artifacts',
    '17/r/artifacts/model',
    '17/models',
    `17/models/${modelId}/artifacts`,
  ];
  for (const [at, location] of inside.flatMap(spelt).entries()) {
    const draft = { name: `inside ${at}`, artifact_location: location };
    const { status } = await server.call('visitor', 'POST', `${API}/experiments/create`, draft);
    expect([location, status]).toEqual([location, 400]);
  }
  // The artifacts in a folder with the name of a run would have two owners.
  const named = { experiment_id: '0', tidemark_run_id: 'artifacts' };
  expect((await server.call('visitor', 'POST', `${API}/runs/create`, named)).status).toBe(400);
  for (const location of [`${href}/17/teams`, `${href}/models/vision`]) {
    const draft = { name: location, artifact_location: location };
    const { status } = await server.call('visitor', 'POST', `${API}/experiments/create`, draft);
    expect([location, status]).toEqual([location, 200]);
  }
});

test('the artifacts of an experiment cannot be inside those of a run, whether the run exists or not', async () => {
  const { server, hidden } = await closedServer();
  for (const [at, location] of [
    `mlflow-artifacts:/${runPath(hidden)}`,
    `mlflow-artifacts:/${runPath(hidden)}/model`,
    `mlflow-artifacts:/${runPath(NOWHERE)}/model`,
    `mlflow-artifacts:/${modelPath(hidden)}`,
    'mlflow-artifacts:/17/models',
    `mlflow-artifacts:/17/${hidden.runId}/%61rtifacts`,
  ].entries()) {
    const { status } = await server.call('visitor', 'POST', `${API}/experiments/create`, {
      name: `inside ${at}`,
      artifact_location: location,
    });
    expect([location, status]).toEqual([location, 400]);
  }
  const elsewhere = { name: 'vision', artifact_location: 'mlflow-artifacts:/teams/vision' };
  expect(
    (await server.call('visitor', 'POST', `${API}/experiments/create`, elsewhere)).status,
  ).toBe(200);
});
