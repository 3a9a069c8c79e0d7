import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventOrder } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { StoreFold } from '../state/store-fold.ts';
import { anyStoreEvent, EXPERIMENT_IDS, MODEL_IDS, RUN_IDS } from '../testing/event-arbitraries.ts';
import { PurgedThings } from './purged-things.ts';

type Met = readonly [StoreEvent, EventOrder];

const history: fc.Arbitrary<Met[]> = fc
  .array(fc.tuple(anyStoreEvent, fc.nat({ max: 6 }), fc.constantFrom('w1', 'w2')), {
    maxLength: 40,
  })
  .map((events) =>
    events.map(([event, stampUs, writer], position) => [event, { stampUs, writer, position }]),
  );

function seen(events: readonly Met[]): unknown {
  const fold = new StoreFold();
  for (const [event, order] of events) fold.apply(event, order);
  const isGone = (experiment: unknown): boolean =>
    fold.experiments.get(experiment as never)?.isPurged === true;
  const visible = <View extends { experimentId: string }>(view: View | undefined) =>
    view === undefined || isGone(view.experimentId) ? undefined : view;
  return {
    experiments: EXPERIMENT_IDS.map((id) => fold.experiments.get(id)?.view()),
    runs: RUN_IDS.map((id) => visible(fold.run(id)?.view())),
    models: MODEL_IDS.map((id) => visible(fold.loggedModels.get(id)?.view())),
  };
}

it('the state stays the same when purged things are removed from the events', () => {
  fc.assert(
    fc.property(history, (events) => {
      const things = new PurgedThings();
      for (const [event, order] of events) things.note(event, order);
      const left = events.flatMap(([event, order]): Met[] => {
        const stripped = things.strip(event);
        return stripped === undefined ? [] : [[stripped, order]];
      });
      expect(seen(left)).toEqual(seen(events));
    }),
  );
});

it('no event keeps a trace of a purged secret', () => {
  const [run = '' as never] = RUN_IDS;
  const by = { name: 'ada', authenticated: false };
  const events: StoreEvent[] = [
    { kind: 'run-created', run, experiment: '0' as never, name: 's3cret', user: '', timeMs: 1 },
    { kind: 'run-updated', run, name: 's3cret' },
    { kind: 'tags', run, tags: { 'mlflow.runName': 's3cret', key: 's3cret', kept: '1' } },
    { kind: 'params', run, params: { key: 's3cret' } },
    { kind: 'purged', timeMs: 2, by, run, tag: 'mlflow.runName' },
    { kind: 'purged', timeMs: 2, by, run, tag: 'key' },
    { kind: 'purged', timeMs: 2, by, run, param: 'key' },
  ];
  const things = new PurgedThings();
  for (const event of events) things.note(event, { stampUs: 1, writer: 'w', position: 1 });
  const left = events.map((event) => things.strip(event));
  expect(JSON.stringify(left)).not.toContain('s3cret');
  expect(left[1]).toBeUndefined();
  expect(left[2]).toEqual({ kind: 'tags', run, tags: { kept: '1' } });
  expect(left[3]).toBeUndefined();
});
