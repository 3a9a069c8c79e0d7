/** The ids of the records for the page. */
export interface PageRecords {
  readonly experimentId: string;
  readonly runId: string;
  readonly modelId: string;
}

/**
 * Creates something of every kind that MLflow's page has a view for: the experiment `penguins` with the run
 * `adelie` (a metric of four points, a parameter, a tag, a dataset, a file), its logged model `net`, and version 1
 * of the registered model `birdnet` from it.
 */
export async function recordForPage(serverUri: string): Promise<PageRecords> {
  const send = async (method: string, path: string, body: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${serverUri}/api/2.0/${path}`, { method, headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${text}`);
    return JSON.parse(text);
  };
  const post = (path: string, body: object) => send('POST', `mlflow/${path}`, JSON.stringify(body));
  const put = (uri: string, content: string) =>
    send('PUT', uri.replace('mlflow-artifacts:', 'mlflow-artifacts/artifacts'), content);

  const made = await post('experiments/create', { name: 'penguins' });
  const { experiment_id } = made as { experiment_id: string };
  const started = await post('runs/create', {
    experiment_id,
    run_name: 'adelie',
    start_time: Date.now(),
  });
  const { run_id, artifact_uri } = (started as { run: { info: Record<string, string> } }).run.info;
  await post('runs/log-batch', {
    run_id,
    metrics: [1, 0.5, 0.4, 0.25].map((value, step) => ({ key: 'loss', value, timestamp: 1, step })),
    params: [{ key: 'units', value: '17' }],
    tags: [{ key: 'colour', value: 'grey' }],
  });
  const dataset = {
    ...{ name: 'birds', digest: 'abc', source_type: 'local' },
    ...{ source: '{"uri":"birds.csv"}', schema: '{}', profile: '{}' },
  };
  const tags = [{ key: 'mlflow.data.context', value: 'train' }];
  await post('runs/log-inputs', { run_id, datasets: [{ tags, dataset }] });
  await put(`${artifact_uri}/notes/hello.txt`, 'hello penguins');

  const model = await post('logged-models', { experiment_id, name: 'net', source_run_id: run_id });
  const { info } = (model as { model: { info: Record<string, string> } }).model;
  await put(`${info.artifact_uri}/MLmodel`, `run_id: ${run_id}\nflavors: {}\n`);
  const ready = JSON.stringify({ status: 'LOGGED_MODEL_READY' });
  await send('PATCH', `mlflow/logged-models/${info.model_id}`, ready);
  await post('runs/outputs', { run_id, models: [{ model_id: info.model_id, step: 3 }] });
  await post('runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
  await post('registered-models/create', { name: 'birdnet' });
  await post('model-versions/create', {
    name: 'birdnet',
    source: `models:/${info.model_id}`,
    run_id,
    model_id: info.model_id,
  });
  return { experimentId: experiment_id, runId: run_id ?? '', modelId: info.model_id ?? '' };
}
