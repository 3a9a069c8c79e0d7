import type { LoggedModelId, RunId, StoreEvent } from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsOfEvents } from './calls-of-events.ts';

const RUN = 'a'.repeat(32) as RunId;
const MODEL = `m-${'b'.repeat(32)}` as LoggedModelId;
type Batch = { params: unknown[]; tags: unknown[]; metrics: { value: number | string }[] };

describe('the calls for events', () => {
  it('send every point in batches within the limits of MLflow', () => {
    const params = fc.integer({ min: 0, max: 350 });
    fc.assert(
      fc.property(
        params,
        params,
        fc.integer({ min: 0, max: 4000 }),
        (paramCount, tagCount, points) => {
          const record = (count: number) =>
            Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 'v']));
          const steps = Array.from({ length: points }, (_, at) => at);
          const calls = callsOfEvents([
            { kind: 'params', run: RUN, params: record(paramCount) },
            { kind: 'tags', run: RUN, tags: record(tagCount) },
            { kind: 'metric-series', run: RUN, timeMs: 5, key: 'loss', steps, values: steps },
          ]);
          const batches = calls.map(({ body }) => body as Batch);
          const sum = (count: (batch: Batch) => number) =>
            batches.reduce((all, batch) => all + count(batch), 0);
          expect(sum((batch) => batch.params.length)).toBe(paramCount);
          expect(sum((batch) => batch.tags.length)).toBe(tagCount);
          expect(batches.flatMap(({ metrics }) => metrics.map(({ value }) => value))).toEqual(
            steps,
          );
          for (const batch of batches) {
            expect(batch.params.length).toBeLessThanOrEqual(100);
            expect(batch.tags.length).toBeLessThanOrEqual(100);
            const whole = batch.params.length + batch.tags.length + batch.metrics.length;
            expect(whole).toBeLessThanOrEqual(1000);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('send datasets before the metrics that refer to them, and the end last', () => {
    const dataset = { name: 'd', digest: '1', sourceType: 'local', source: '{}' };
    const calls = callsOfEvents([
      { kind: 'metrics', run: RUN, timeMs: 1, step: 0, metrics: { a: 1 }, dataset, model: MODEL },
      { kind: 'dataset', run: RUN, input: { dataset, tags: {} } },
      { kind: 'tags', run: RUN, tags: { x: '1' } },
      { kind: 'run-updated', run: RUN, status: 'FINISHED', endTimeMs: 9 },
    ]);
    expect(calls.map(({ path }) => path.replace('/mlflow/runs/', ''))).toEqual([
      'log-inputs',
      'log-batch',
      'update',
    ]);
  });

  it('send every dataset in bodies that a server accepts, and input models once', () => {
    const profile = 'x'.repeat(3_000_000);
    const datasets = Array.from(
      { length: 7 },
      (_, at): StoreEvent => ({
        kind: 'dataset',
        run: RUN,
        input: {
          dataset: { name: `d${at}`, digest: '1', sourceType: 'local', source: '{}', profile },
          tags: {},
        },
      }),
    );
    const calls = callsOfEvents([...datasets, { kind: 'model-input', run: RUN, model: MODEL }]);
    const bodies = calls.map(({ body }) => body as { datasets: unknown[]; models: unknown[] });
    expect(bodies.map((body) => body.datasets.length)).toEqual([2, 2, 2, 1]);
    expect(bodies.map((body) => body.models.length)).toEqual([1, 0, 0, 0]);
  });

  it('delete a tag before it is set again, and do not set a tag that is deleted after', () => {
    const tags = (changes: Record<string, string | null>): StoreEvent => ({
      kind: 'tags',
      run: RUN,
      tags: changes,
    });
    const anew = callsOfEvents([tags({ a: null }), tags({ a: '2' })]);
    expect(anew.map(({ path }) => path)).toEqual([
      '/mlflow/runs/delete-tag',
      '/mlflow/runs/log-batch',
    ]);
    const gone = callsOfEvents([tags({ a: '1' }), tags({ a: null })]);
    expect(gone.map(({ path }) => path)).toEqual(['/mlflow/runs/delete-tag']);
  });

  it('let the server refuse a param that is logged twice', () => {
    const calls = callsOfEvents([
      { kind: 'params', run: RUN, params: { lr: '1' } },
      { kind: 'params', run: RUN, params: { lr: '2' } },
    ]);
    expect(calls).toHaveLength(2);
  });

  it('restore before an update and delete after it', () => {
    const paths = (stage: 'active' | 'deleted') =>
      callsOfEvents([{ kind: 'run-updated', run: RUN, name: 'n', stage }]).map(({ path }) =>
        path.slice(path.lastIndexOf('/') + 1),
      );
    expect(paths('active')).toEqual(['restore', 'update']);
    expect(paths('deleted')).toEqual(['update', 'delete']);
  });

  it('do not exist for an event that the protocol does not support, which is refused', () => {
    const by = { name: 'ada', authenticated: false };
    const purge: StoreEvent = { kind: 'purged', timeMs: 1, by, run: RUN };
    expect(() => callsOfEvents([purge])).toThrow(
      expect.objectContaining({ code: 'CAPABILITY_MISSING' }),
    );
  });
});
