import { expect } from 'vitest';
import type { AttackedServer } from './attacked-server.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';

/** Creates a run and a logged model in Default, with a metric, a dataset and files that must stay hidden. */
export async function hiddenThings({
  call,
  as,
  send,
}: AttackedServer): Promise<{ readonly runId: string; readonly modelId: string }> {
  const made = await call('admin', 'POST', `${API}/runs/create`, { experiment_id: '0' });
  const { run } = made.json as { run: { info: { run_id: string } } };
  const runId = run.info.run_id;
  const metric = { run_id: runId, key: 'hidden-metric', value: 1, timestamp: 1 };
  await call('admin', 'POST', `${API}/runs/log-metric`, metric);
  const dataset = { name: 'hidden-data', digest: 'd1', source_type: 'local', source: '{}' };
  await call('admin', 'POST', `${API}/runs/log-inputs`, {
    run_id: runId,
    datasets: [{ tags: [], dataset }],
  });
  const logged = { experiment_id: '0', name: 'hidden-model', source_run_id: runId };
  const model = await call('admin', 'POST', `${API}/logged-models`, logged);
  const modelId = (model.json as { model: { info: { model_id: string } } }).model.info.model_id;
  for (const place of [`0/${runId}`, `0/models/${modelId}`]) {
    const path = `${PROXY}/${place}/artifacts/hidden.txt`;
    const { status } = await send('PUT', path, { headers: as('admin'), body: 'hidden' });
    expect(status).toBe(200);
  }
  return { runId, modelId };
}
