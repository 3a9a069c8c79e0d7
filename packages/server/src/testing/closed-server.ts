import { expect } from 'vitest';
import { type AttackedServer, attackedServer, type TestUser } from './attacked-server.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts';

/** `visitor` and `guest` have no role on the closed experiment. */
export type ClosedUser = 'admin' | 'visitor' | 'guest' | 'reader' | 'writer';

/** Returns the users. Each may write to the open experiment and has a different role on the closed one. */
export function closedUsers(closed: string): Readonly<Record<ClosedUser, TestUser>> {
  return {
    admin: { role: 'admin' },
    visitor: { role: 'writer', experiments: { [closed]: 'none' } },
    guest: { role: 'none', experiments: { '0': 'writer' }, models: { mine: 'writer' } },
    reader: { role: 'writer', experiments: { [closed]: 'reader' } },
    writer: { role: 'writer' },
  };
}

/** Things of one experiment that a reference may name. */
export interface Named {
  readonly runId: string;
  readonly modelId: string;
  readonly experimentId: string;
}

/** Ids of things that do not exist. */
export const NOWHERE: Named = {
  runId: 'a'.repeat(32),
  modelId: `m-${'a'.repeat(32)}`,
  experimentId: '17',
};

/** Returns the folder of the run's artifacts in the artifact proxy. */
export const runPath = ({ experimentId, runId }: Named): string =>
  `${experimentId}/${runId}/artifacts`;

/** Returns the folder of the logged model's artifacts in the artifact proxy. */
export const modelPath = ({ experimentId, modelId }: Named): string =>
  `${experimentId}/models/${modelId}/artifacts`;

/** Starts a server with a closed experiment. It and Default have one thing of every kind. */
export async function closedServer(): Promise<{
  readonly server: AttackedServer;
  readonly own: Named;
  readonly hidden: Named;
}> {
  // The id of an experiment follows from its name.
  const experimentId = '17';
  // Addresses on other hosts are refused anyway, unless they are allowed.
  const server = await attackedServer(closedUsers(experimentId), {
    allowedArtifactSchemes: ['http', 'https', 'mlflow-artifacts'],
  });
  await server.store.createExperiment({
    experimentId: experimentId as never,
    name: 'closed',
    creationTimeMs: 1,
  });
  const own = await things(server, '0');
  const hidden = await things(server, experimentId);
  await server.call('admin', 'POST', `${API}/registered-models/create`, { name: 'mine' });
  return { server, own, hidden };
}

async function things(server: AttackedServer, experimentId: string): Promise<Named> {
  const { call, send, as } = server;
  const run = await call('admin', 'POST', `${API}/runs/create`, { experiment_id: experimentId });
  const runId = (run.json as { run: { info: { run_id: string } } }).run.info.run_id;
  const point = { run_id: runId, key: 'm', value: 42, timestamp: 1 };
  await call('admin', 'POST', `${API}/runs/log-metric`, point);
  const draft = { experiment_id: experimentId, name: 'x', source_run_id: runId };
  const model = await call('admin', 'POST', `${API}/logged-models`, draft);
  const modelId = (model.json as { model: { info: { model_id: string } } }).model.info.model_id;
  const named = { runId, modelId, experimentId };
  for (const path of [`${runPath(named)}/model/secret.txt`, `${modelPath(named)}/secret.txt`]) {
    const headers = as('admin');
    expect(
      (await send('PUT', `${PROXY}/artifacts/${path}`, { headers, body: 'secret' })).status,
    ).toBe(200);
  }
  return named;
}
