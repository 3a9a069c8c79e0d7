import fc from 'fast-check';
import type { EventOfKind, StoreEvent, StoreEventKind } from '../events/store-event.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';

/** Few ids, so that random events meet each other. */
export const RUN_IDS = ['a'.repeat(32), 'b'.repeat(32)] as RunId[];
export const EXPERIMENT_IDS = ['0', '123456789012345678'] as ExperimentId[];
export const MODEL_IDS = [`m-${'c'.repeat(32)}`, `m-${'d'.repeat(32)}`] as LoggedModelId[];

const run = fc.constantFrom(...RUN_IDS);
const experiment = fc.constantFrom(...EXPERIMENT_IDS);
const model = fc.constantFrom(...MODEL_IDS);
const key = fc.constantFrom('loss', 'acc', 'a/b', '__proto__', 'constructor', 'x y');
const text = fc.constantFrom('', 'one', 'two', 'ünïcödé 🌊', '"quoted"\n', '\u2028');
/** Names that are valid for experiments and for logged models. */
const name = fc.constantFrom('one', 'ünïcödé 🌊', '\u2028x', '__proto__');
const texts = fc.dictionary(key, text, { maxKeys: 3 });
const tagChanges = fc.dictionary(key, fc.option(text), { maxKeys: 3 });
const anyActor = fc.record({ name: text, authenticated: fc.boolean() });
const timeMs = fc.integer({ min: 0, max: 2 });
const step = fc.integer({ min: 0, max: 1 });
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, -0, 0.1, Number.NaN, Number.NEGATIVE_INFINITY) },
  { weight: 1, arbitrary: fc.double() },
);
const stage = fc.constantFrom('active' as const, 'deleted' as const);
const artifactPath = fc.constantFrom('MLmodel', 'a/b.bin');
const file = fc.record(
  {
    path: artifactPath,
    sizeBytes: fc.nat(),
    sha256: fc.constantFrom('0'.repeat(64), '1'.repeat(64)),
    uri: fc.constant('s3://bucket/b.bin'),
    sameAs: fc.record({
      owner: fc.constantFrom(
        { run: 'a'.repeat(32) as RunId },
        { model: `m-${'b'.repeat(32)}` as LoggedModelId },
      ),
      path: fc.constant('b.bin'),
    }),
  },
  { requiredKeys: ['path', 'sizeBytes', 'sha256'] },
);
const input = fc.record({
  dataset: fc.record(
    {
      name: fc.constantFrom('train', 'eval'),
      digest: fc.constantFrom('d1', 'd2'),
      sourceType: text,
      source: text,
      schema: text,
      profile: text,
    },
    { requiredKeys: ['name', 'digest', 'sourceType', 'source'] },
  ),
  tags: texts,
});

/** Events of each kind, over few enough names that they collide. */
const OF_KIND: { readonly [Kind in StoreEventKind]: fc.Arbitrary<EventOfKind<Kind>> } = {
  'experiment-created': fc.record(
    {
      kind: fc.constant('experiment-created' as const),
      experiment,
      name,
      timeMs,
      tags: texts,
    },
    { requiredKeys: ['kind', 'experiment', 'name', 'timeMs'] },
  ),
  'experiment-updated': fc.record(
    {
      kind: fc.constant('experiment-updated' as const),
      experiment,
      timeMs,
      name,
      stage,
      tags: tagChanges,
    },
    { requiredKeys: ['kind', 'experiment', 'timeMs'] },
  ),
  'run-created': fc.record(
    {
      kind: fc.constant('run-created' as const),
      run,
      experiment,
      name,
      user: text,
      timeMs,
      tags: texts,
      remote: fc.constant(true as const),
    },
    { requiredKeys: ['kind', 'run', 'experiment', 'name', 'user', 'timeMs'] },
  ),
  'run-updated': fc.record(
    {
      kind: fc.constant('run-updated' as const),
      run,
      status: fc.constantFrom('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'),
      remote: fc.constant(true as const),
      endTimeMs: timeMs,
      name: text,
      stage,
    },
    { requiredKeys: ['kind', 'run'] },
  ),
  params: fc.record({ kind: fc.constant('params' as const), run, params: texts }),
  tags: fc.record({ kind: fc.constant('tags' as const), run, tags: tagChanges }),
  metrics: fc.record(
    {
      kind: fc.constant('metrics' as const),
      run,
      timeMs,
      step,
      metrics: fc.dictionary(key, value, { maxKeys: 3 }),
      dataset: fc.record({ name: text, digest: text }),
      model,
    },
    { requiredKeys: ['kind', 'run', 'timeMs', 'step', 'metrics'] },
  ),
  'metric-series': fc
    .record(
      {
        points: fc.array(fc.tuple(step, value, fc.nat({ max: 2 })), { maxLength: 3 }),
        elapsed: fc.boolean(),
        timeMs,
        key,
        dataset: fc.record({ name: text, digest: text }),
        model,
        run,
      },
      { requiredKeys: ['points', 'elapsed', 'timeMs', 'key', 'run'] },
    )
    .map(({ points, elapsed, ...named }) => ({
      kind: 'metric-series' as const,
      ...named,
      steps: points.map(([at]) => at),
      ...(elapsed ? { elapsedMs: points.map(([, , ms]) => ms) } : {}),
      values: points.map(([, logged]) => logged),
    })),
  dataset: fc.record({ kind: fc.constant('dataset' as const), run, input }),
  'model-input': fc.record({ kind: fc.constant('model-input' as const), run, model }),
  'model-output': fc.record({ kind: fc.constant('model-output' as const), run, model, step }),
  'model-created': fc.record(
    {
      kind: fc.constant('model-created' as const),
      model,
      experiment,
      name,
      timeMs,
      type: text,
      run,
      params: texts,
      tags: texts,
    },
    { requiredKeys: ['kind', 'model', 'experiment', 'name', 'timeMs'] },
  ),
  'model-updated': fc.record(
    {
      kind: fc.constant('model-updated' as const),
      model,
      timeMs,
      status: fc.constantFrom('PENDING', 'READY', 'UPLOAD_FAILED'),
      stage,
    },
    { requiredKeys: ['kind', 'model', 'timeMs'] },
  ),
  purged: fc
    .tuple(
      fc.record({ kind: fc.constant('purged' as const), timeMs, by: anyActor, reason: text }),
      fc.oneof(
        fc.record({ run }),
        fc.record({ run, param: key }),
        fc.record({ run, tag: fc.oneof(key, fc.constant('mlflow.runName')) }),
        fc.record({ run, metric: key }),
        fc.record({ run, artifact: fc.constant('MLmodel') }),
        fc.record({ model }),
        fc.record({ model, param: key }),
        fc.record({ model, tag: key }),
        fc.record({ experiment }),
        fc.record({ experiment, tag: key }),
      ),
    )
    .map(([purged, target]) => ({ ...purged, ...target })),
  'model-tags': fc.record({
    kind: fc.constant('model-tags' as const),
    model,
    timeMs,
    tags: tagChanges,
  }),
  'model-params': fc.record({
    kind: fc.constant('model-params' as const),
    model,
    timeMs,
    params: texts,
  }),
  artifact: fc.record({
    kind: fc.constant('artifact' as const),
    owner: fc.oneof(fc.record({ run }), fc.record({ model })),
    file,
  }),
  'artifact-removed': fc.record({
    kind: fc.constant('artifact-removed' as const),
    owner: fc.oneof(fc.record({ run }), fc.record({ model })),
    path: artifactPath,
  }),
};

/** Any event. */
export const anyStoreEvent: fc.Arbitrary<StoreEvent> = fc.oneof(...Object.values(OF_KIND));
