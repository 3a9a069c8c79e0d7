import type { Client } from './serve.ts';

/** Starts a run of the experiment Default. */
export async function startRun(client: Client): Promise<{
  readonly runId: string;
  /** The folder of its artifacts in the artifact proxy. */
  readonly artifacts: string;
}> {
  const { run } = await client.post('/api/2.0/mlflow/runs/create', { experiment_id: '0' });
  const runId: string = run.info.run_id;
  return { runId, artifacts: `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts` };
}
