import { describe, expect, it } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { type Client, serve } from '../testing/serve.ts';

const API = '/api/2.0/mlflow';

const GET_RUN = `query GetRun($data: MlflowGetRunInput!) @component(name: "test") {
  mlflowGetRun(input: $data) {
    __typename
    apiError { code message helpUrl }
    run {
      info { runId runUuid runName status experimentId artifactUri startTime endTime lifecycleStage userId }
      experiment { experimentId name tags { key value } artifactLocation lifecycleStage lastUpdateTime }
      modelVersions { status version name source }
      data { metrics { key value step timestamp } params { key value } tags { key value } }
      inputs {
        datasetInputs {
          dataset { digest name profile schema source sourceType }
          tags { key value }
        }
        modelInputs { modelId }
      }
      outputs { modelOutputs { modelId step } }
    }
  }
}`;

/** Creates a run with something in every field. */
async function fullRun(client: Client) {
  const { run } = await client.post(`${API}/runs/create`, {
    experiment_id: '0',
    run_name: 'full',
    start_time: 1_700_000_000_000,
  });
  const runId: string = run.info.run_id;
  const { model } = await client.post(`${API}/logged-models`, {
    experiment_id: '0',
    name: 'net',
    source_run_id: runId,
  });
  const modelId: string = model.info.model_id;
  await client.post(`${API}/runs/log-batch`, {
    run_id: runId,
    metrics: [
      { key: 'loss', value: 0.5, timestamp: 1_700_000_000_001, step: 4_294_967_296 },
      { key: 'nan', value: 'NaN', timestamp: 2, step: 0 },
      { key: 'zero', value: '-0.0', timestamp: 2, step: 0 },
    ],
    params: [{ key: 'units', value: '8' }],
  });
  await client.post(`${API}/runs/log-inputs`, {
    run_id: runId,
    datasets: [
      {
        tags: [{ key: 'mlflow.data.context', value: 'train' }],
        dataset: { name: 'birds', digest: 'abc', source_type: 'local', source: '{}' },
      },
    ],
    models: [{ model_id: modelId }],
  });
  await client.post(`${API}/runs/outputs`, {
    run_id: runId,
    models: [{ model_id: modelId, step: 7 }],
  });
  await client.post(`${API}/registered-models/create`, { name: 'birds' });
  await client.post(`${API}/model-versions/create`, {
    name: 'birds',
    source: `models:/${modelId}`,
    run_id: runId,
  });
  return { runId, modelId };
}

function ask(client: Client, query: string, variables?: object) {
  return client.post('/graphql', { query, variables });
}

describe('/graphql', () => {
  it("answers the run page's query like the REST API, with int64 as text", async () => {
    const client = await serve();
    const { runId, modelId } = await fullRun(client);
    const { data, errors } = await ask(client, GET_RUN, { data: { runId } });
    expect(errors).toBeUndefined();
    const { run, apiError } = data.mlflowGetRun;
    expect(apiError).toBeNull();
    const rest = (await client.get(`${API}/runs/get?run_id=${runId}`)).run;
    expect(run.info).toEqual({
      runId,
      runUuid: runId,
      runName: 'full',
      status: 'RUNNING',
      experimentId: '0',
      artifactUri: rest.info.artifact_uri,
      startTime: '1700000000000',
      endTime: null,
      lifecycleStage: 'active',
      userId: rest.info.user_id,
    });
    expect(run.data.metrics).toEqual([
      { key: 'loss', value: 0.5, step: '4294967296', timestamp: '1700000000001' },
      { key: 'nan', value: null, step: '0', timestamp: '2' },
      { key: 'zero', value: 0, step: '0', timestamp: '2' },
    ]);
    expect(run.data.params).toEqual([{ key: 'units', value: '8' }]);
    expect(run.data.tags).toEqual(rest.data.tags);
    expect(run.inputs).toEqual({
      datasetInputs: [
        {
          dataset: {
            name: 'birds',
            digest: 'abc',
            sourceType: 'local',
            source: '{}',
            schema: null,
            profile: null,
          },
          tags: [{ key: 'mlflow.data.context', value: 'train' }],
        },
      ],
      modelInputs: [{ modelId }],
    });
    expect(run.outputs).toEqual({ modelOutputs: [{ modelId, step: '7' }] });
    expect(run.experiment).toMatchObject({ experimentId: '0', name: 'Default', tags: [] });
    expect(run.modelVersions).toEqual([
      { status: 'READY', version: '1', name: 'birds', source: `models:/${modelId}` },
    ]);
  });

  it('returns empty lists, not null, for missing fields of a run', async () => {
    const client = await serve();
    const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
    const { data } = await ask(client, GET_RUN, { data: { runUuid: run.info.run_id } });
    expect(data.mlflowGetRun.run).toMatchObject({
      data: { metrics: [], params: [] },
      inputs: { datasetInputs: [], modelInputs: [] },
      outputs: { modelOutputs: [] },
      modelVersions: [],
    });
  });

  it('answers the other queries of the page, several in one request', async () => {
    const client = await serve();
    const { runId } = await fullRun(client);
    const query = `query ($runs: MlflowSearchRunsInput!, $points: MlflowGetMetricHistoryBulkIntervalInput!) {
      mlflowGetExperiment(input: { experimentId: "0" }) {
        experiment { name creationTime effectiveTraceArchivalRetention workspace }
      }
      mlflowSearchRuns(input: $runs) { runs { info { runId } experiment { name } } nextPageToken }
      mlflowSearchModelVersions(input: { filter: "name = 'birds'", maxResults: 5 }) {
        modelVersions { name runId creationTimestamp deploymentJobState { jobId } }
      }
      mlflowGetMetricHistoryBulkInterval(input: $points) { metrics { key value step timestamp runId } }
      mlflowListArtifacts(input: { runId: "${runId}" }) { rootUri files { path isDir fileSize } }
    }`;
    const { data, errors } = await ask(client, query, {
      runs: { experimentIds: ['0'], filter: 'metrics.loss < 1', runViewType: 'ALL' },
      points: {
        runIds: [runId],
        metricKey: 'loss',
        startStep: null,
        endStep: null,
        maxResults: 320,
      },
    });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      mlflowGetExperiment: {
        experiment: {
          name: 'Default',
          creationTime: expect.stringMatching(/^\d+$/),
          effectiveTraceArchivalRetention: null,
          workspace: null,
        },
      },
      mlflowSearchRuns: { runs: [{ info: { runId }, experiment: { name: 'Default' } }] },
      mlflowSearchModelVersions: {
        modelVersions: [{ name: 'birds', runId, deploymentJobState: null }],
      },
      mlflowGetMetricHistoryBulkInterval: {
        metrics: [
          { key: 'loss', value: 0.5, step: '4294967296', timestamp: '1700000000001', runId },
        ],
      },
      mlflowListArtifacts: { files: [] },
    });
  });

  it("returns errors in the form of GraphQL with MLflow's code, together with the data of the other fields", async () => {
    const client = await serve();
    const query = `{
      run: mlflowGetRun(input: { runId: "${'0'.repeat(32)}" }) { run { info { runId } } }
      bad: mlflowSearchRuns(input: { experimentIds: ["0"], filter: "x" }) { runs { info { runId } } }
      mlflowGetExperiment(input: { experimentId: "0" }) { experiment { name } }
    }`;
    const { data, errors } = await ask(client, query);
    expect(data).toEqual({
      run: null,
      bad: null,
      mlflowGetExperiment: { experiment: { name: 'Default' } },
    });
    expect(errors).toHaveLength(2);
    // The fields are resolved at the same time.
    expect(errors).toEqual(
      expect.arrayContaining([
        {
          message: `Run with id=${'0'.repeat(32)} not found`,
          path: ['run'],
          extensions: { code: 'RESOURCE_DOES_NOT_EXIST' },
        },
        {
          message: expect.any(String),
          path: ['bad'],
          extensions: { code: 'INVALID_PARAMETER_VALUE' },
        },
      ]),
    );
  });

  it('shows each caller the same as the REST API', async () => {
    const server = await attackedServer({
      admin: { role: 'admin' },
      visitor: { role: 'writer', experiments: { '0': 'none' }, models: { closed: 'none' } },
      guest: { role: 'none', experiments: { '0': 'reader' } },
    });
    const { call } = server;
    const made = await call('admin', 'POST', `${API}/runs/create`, { experiment_id: '0' });
    const runId = (made.json as { run: { info: { run_id: string } } }).run.info.run_id;
    await call('admin', 'POST', `${API}/registered-models/create`, { name: 'closed' });
    await call('admin', 'POST', `${API}/model-versions/create`, {
      name: 'closed',
      source: `runs:/${runId}/model`,
      run_id: runId,
    });
    const query = (id: string) => `{
      mlflowGetRun(input: { runId: "${id}" }) { run { info { runId } modelVersions { name } } }
      mlflowGetExperiment(input: { experimentId: "0" }) { experiment { name } }
      mlflowSearchRuns(input: { experimentIds: ["0"] }) { runs { info { runId } } }
      mlflowSearchModelVersions(input: {}) { modelVersions { name } }
      mlflowListArtifacts(input: { runId: "${id}" }) { rootUri }
      mlflowGetMetricHistoryBulkInterval(input: { runIds: ["${id}"], metricKey: "m" }) { metrics { key } }
    }`;
    const asked = async (user: string, id: string) =>
      (await call(user, 'POST', '/graphql', { query: query(id) })).text;

    const ofAdmin = JSON.parse(await asked('admin', runId));
    expect(ofAdmin.errors).toBeUndefined();
    expect(ofAdmin.data.mlflowGetRun.run.modelVersions).toEqual([{ name: 'closed' }]);

    const hidden = await asked('visitor', runId);
    expect(hidden).not.toContain('"name":"closed"');
    expect(JSON.parse(hidden).data).toEqual({
      mlflowGetRun: null,
      mlflowGetExperiment: null,
      mlflowSearchRuns: { runs: [] },
      mlflowSearchModelVersions: { modelVersions: [] },
      mlflowListArtifacts: null,
      mlflowGetMetricHistoryBulkInterval: null,
    });
    // A hidden thing looks exactly like a missing one.
    expect(hidden).toBe(await asked('visitor', 'f'.repeat(32)));

    const ofGuest = JSON.parse(await asked('guest', runId));
    expect(ofGuest.data.mlflowGetRun.run).toEqual({ info: { runId }, modelVersions: [] });

    const unknown = await server.send('POST', '/graphql', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: query(runId) }),
    });
    expect(unknown.status).toBe(401);
  });
});
