import {
  type ExperimentId,
  type LoggedModelId,
  MemoryStore,
  type Run,
  type RunId,
} from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExperimentMessage, fromExperimentMessage, toExperimentMessage } from './experiment.ts';
import {
  fromLoggedModelMessage,
  LoggedModelMessage,
  toLoggedModelMessage,
} from './logged-model.ts';
import { fromMetricMessage, MetricMessage, toMetricMessage } from './metric.ts';
import { fromRunMessage, RunMessage, toRunMessage } from './run.ts';
import {
  CreateRunRequest,
  LogBatchRequest,
  SearchRunsRequest,
  UpdateRunRequest,
} from './run-requests.ts';

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const RUN_ID = 'a'.repeat(32) as RunId;
const MODEL_ID = `m-${'b'.repeat(32)}` as LoggedModelId;
const texts = fc.dictionary(fc.constantFrom('a', 'b/c', '__proto__', 'x y'), fc.string());
const metric = fc.record(
  {
    key: fc.constantFrom('loss', 'a/b'),
    value: fc.double(),
    timestampMs: fc.nat(),
    step: fc.integer(),
    datasetName: fc.constant('train'),
    datasetDigest: fc.constant('d1'),
    modelId: fc.constant(MODEL_ID),
  },
  { requiredKeys: ['key', 'value', 'timestampMs', 'step'] },
);

describe('messages', () => {
  it('return every metric point unchanged, also NaN and the infinities', () => {
    fc.assert(
      fc.property(metric, (point) => {
        const read = MetricMessage.parse(overTheWire(toMetricMessage(point)));
        expect(fromMetricMessage(read)).toEqual(point);
      }),
    );
  });

  it('return a run unchanged to a Tidemark client', () => {
    const ended = fc.record({
      status: fc.constantFrom('FINISHED', 'FAILED', 'KILLED'),
      endTimeMs: fc.nat().map((n) => n + 1),
    });
    const going = fc.record({ status: fc.constantFrom('RUNNING', 'SCHEDULED') });
    const run = fc
      .tuple(texts, texts, fc.array(metric, { maxLength: 2 }), fc.oneof(ended, going))
      .map(([params, tags, points, status]) => ({
        runId: RUN_ID,
        experimentId: '123456789012345678' as ExperimentId,
        name: 'first',
        lifecycleStage: 'active',
        startTimeMs: 7,
        userId: 'ada',
        params,
        paramConflicts: [{ key: 'a', value: '1', rejected: ['2'] }],
        tags,
        metrics: Object.fromEntries(points.map((point) => [point.key, point])),
        datasets: [
          {
            dataset: { name: 'd', digest: '1', sourceType: 'local', source: '{}', schema: '[]' },
            tags: { 'mlflow.data.context': 'eval' },
          },
        ],
        modelInputs: [MODEL_ID],
        modelOutputs: [{ modelId: MODEL_ID, step: 3 }],
        artifacts: [{ path: 'a/b', sizeBytes: 3, sha256: '0'.repeat(64) }],
        ...status,
      })) as fc.Arbitrary<Run>;
    fc.assert(
      fc.property(run, (value) => {
        const options = { artifactUri: 'mlflow-artifacts:/x', tidemarkFields: true };
        const read = RunMessage.parse(overTheWire(toRunMessage(value, options)));
        expect(fromRunMessage(read)).toEqual(value);
        const { tidemark: _, ...plain } = read;
        expect(fromRunMessage(plain)).toEqual({ ...value, artifacts: [], paramConflicts: [] });
      }),
    );
  });

  it('return an experiment and a logged model unchanged', async () => {
    const store = new MemoryStore();
    const [experiment] = await store.experiments();
    if (experiment === undefined) throw new Error('Default is missing');
    const wire = ExperimentMessage.parse(overTheWire(toExperimentMessage(experiment, 'x:/0')));
    expect(fromExperimentMessage(wire)).toEqual(experiment);
    const model = await store.createLoggedModel({
      experimentId: experiment.experimentId,
      name: 'm',
      creationTimeMs: 5,
      params: { units: '8' },
      tags: { kind: 'mlp' },
    });
    const options = { artifactUri: 'x:/0', tidemarkFields: true };
    const read = LoggedModelMessage.parse(overTheWire(toLoggedModelMessage(model, options)));
    expect(fromLoggedModelMessage(read)).toEqual(model);
  });

  it('leave out empty fields like MLflow, except inputs and outputs', async () => {
    const store = new MemoryStore();
    const draft = { experimentId: '0' as ExperimentId, name: 'n', userId: '', startTimeMs: 1 };
    const run = await store.createRun(draft);
    const json = overTheWire(toRunMessage(run, { artifactUri: 'x:/0' }));
    expect(json).toMatchObject({ inputs: {}, outputs: {}, info: { user_id: '' } });
    expect(Object.keys((json as { data: object }).data)).toEqual(['tags']);
    expect((json as { info: object }).info).not.toHaveProperty('end_time');
  });
});

describe('requests', () => {
  it('accept integers as text, enums as numbers, null for a missing field, and run_uuid for run_id', () => {
    expect(
      UpdateRunRequest.parse({ run_uuid: RUN_ID, status: 3, end_time: '12', run_name: null }),
    ).toMatchObject({ run_id: RUN_ID, status: 'FINISHED', end_time: 12 });
    expect(CreateRunRequest.parse({ start_time: '5', unknown: 1 })).toMatchObject({
      start_time: 5,
    });
  });

  it('treat an unknown enum as missing, like MLflow', () => {
    expect(UpdateRunRequest.parse({ run_id: RUN_ID, status: 'NOPE' }).status).toBeUndefined();
    expect(SearchRunsRequest.parse({}).run_view_type).toBe('ACTIVE_ONLY');
  });

  it('accept the parameters of a query, in which a list of one is a text', () => {
    expect(SearchRunsRequest.parse({ experiment_ids: '3', max_results: '7' })).toMatchObject({
      experiment_ids: ['3'],
      max_results: 7,
    });
  });

  it('refuse malformed numbers, and name the field', () => {
    const { error } = LogBatchRequest.safeParse({
      run_id: RUN_ID,
      metrics: [{ key: 'a', value: 'abc', timestamp: 2 ** 60 }],
    });
    expect(error?.issues.map(({ path }) => path)).toEqual([
      ['metrics', 0, 'value'],
      ['metrics', 0, 'timestamp'],
    ]);
  });
});
