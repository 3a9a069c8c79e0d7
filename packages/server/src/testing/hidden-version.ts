import { expect } from 'vitest';
import type { AttackedServer, TestUser } from './attacked-server.ts';

const API = '/api/2.0/mlflow';

type HiddenUser = 'admin' | 'writer' | 'colleague' | 'approver' | 'visitor' | 'outsider';

/** `visitor` and `outsider` have no role on the model `hidden`; `outsider` has none on the experiment either. */
export const HIDDEN_USERS: Readonly<Record<HiddenUser, TestUser>> = {
  admin: { role: 'admin' },
  writer: { role: 'writer' },
  colleague: { role: 'writer' },
  approver: { role: 'approver' },
  visitor: { role: 'writer', models: { hidden: 'none' } },
  outsider: { role: 'writer', experiments: { '0': 'none' }, models: { hidden: 'none' } },
};

/** Creates the registered model `hidden` with a version of a logged model, alias `best`, in a closed experiment. */
export async function hiddenVersion({
  call,
  send,
  as,
}: AttackedServer): Promise<{ readonly runId: string; readonly modelId: string }> {
  const made = await call('admin', 'POST', `${API}/runs/create`, { experiment_id: '0' });
  const runId = (made.json as { run: { info: { run_id: string } } }).run.info.run_id;
  const logged = { experiment_id: '0', name: 'hidden-model', source_run_id: runId };
  const model = await call('admin', 'POST', `${API}/logged-models`, logged);
  const modelId = (model.json as { model: { info: { model_id: string } } }).model.info.model_id;
  const path = `/api/2.0/mlflow-artifacts/artifacts/0/models/${modelId}/artifacts/hidden.txt`;
  await send('PUT', path, { headers: as('admin'), body: 'hidden' });
  const ready = { model_id: modelId, status: 'LOGGED_MODEL_READY' };
  await call('admin', 'PATCH', `${API}/logged-models/${modelId}`, ready);
  await call('admin', 'POST', `${API}/registered-models/create`, { name: 'hidden' });
  const version = await call('admin', 'POST', `${API}/model-versions/create`, {
    name: 'hidden',
    source: `models:/${modelId}`,
    model_id: modelId,
  });
  expect([version.text, version.status]).toEqual([version.text, 200]);
  const alias = { name: 'hidden', alias: 'best', version: '1' };
  await call('admin', 'POST', `${API}/registered-models/alias`, alias);
  return { runId, modelId };
}
