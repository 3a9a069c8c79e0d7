import { randomUUID } from 'node:crypto';

/**
 * Makes a server look new, for tests that need an empty one and cannot start a process each. It deletes registered
 * models, renames and deletes experiments, and gives Default its name back.
 */
export async function emptyServer(uri: string): Promise<void> {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${uri}/api/2.0/mlflow/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  const models = (await call('GET', 'registered-models/search?max_results=1000')) as {
    registered_models?: { name: string }[];
  };
  for (const { name } of models.registered_models ?? []) {
    await call('DELETE', 'registered-models/delete', { name });
  }
  const { experiments = [] } = (await call(
    'GET',
    'experiments/search?max_results=1000&view_type=ACTIVE_ONLY',
  )) as { experiments?: { experiment_id: string; name: string; tags?: { key: string }[] }[] };
  for (const { experiment_id, name, tags = [] } of experiments) {
    if (experiment_id !== '0') {
      await call('POST', 'experiments/update', { experiment_id, new_name: randomUUID() });
      await call('POST', 'experiments/delete', { experiment_id });
      continue;
    }
    if (name !== 'Default') {
      await call('POST', 'experiments/update', { experiment_id, new_name: 'Default' });
    }
    for (const { key } of tags) {
      await call('POST', 'experiments/delete-experiment-tag', { experiment_id, key });
    }
  }
}
