import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventOrder } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { RunFold } from '../fold/run-fold.ts';
import { anyStoreEvent, EXPERIMENT_IDS, MODEL_IDS, RUN_IDS } from '../testing/event-arbitraries.ts';
import { StoreFold } from './store-fold.ts';

interface Met {
  readonly event: StoreEvent;
  readonly order: EventOrder;
}

const history = (writer: string): fc.Arbitrary<Met[]> =>
  fc
    .array(fc.record({ event: anyStoreEvent, stampUs: fc.nat({ max: 6 }) }), { maxLength: 40 })
    .map((met) =>
      met.map(({ event, stampUs }, position) => ({ event, order: { stampUs, writer, position } })),
    );

function foldOf(...parts: readonly (readonly Met[])[]): StoreFold {
  const fold = new StoreFold();
  for (const { event, order } of parts.flat()) fold.apply(event, order);
  return fold;
}

/** The few events that fold to the same state as all events. */
function condensed(state: StoreFold): Met[] {
  const { experiments, loggedModels } = state;
  return [...experiments.values(), ...state.runs(), ...loggedModels.values()].flatMap((fold) => [
    ...fold.events(),
  ]);
}

function views(state: StoreFold): unknown {
  const { experiments, loggedModels } = state;
  return {
    experiments: EXPERIMENT_IDS.map((id) => experiments.get(id)?.view()),
    runs: RUN_IDS.map((id) => state.run(id)?.view()),
    measured: RUN_IDS.map((id) => measured(state.run(id))),
    models: MODEL_IDS.map((id) => loggedModels.get(id)?.view()),
  };
}

/** A run that does not exist, or was purged, is never read. */
function measured(fold: RunFold | undefined): readonly string[] {
  return fold?.view() === undefined ? [] : [...fold.measuredModels].sort();
}

it('the events of a state fold to the same as its history, also with later events', () => {
  fc.assert(
    fc.property(history('w1'), history('w2'), (before, after) => {
      expect(views(foldOf(condensed(foldOf(before)), after))).toEqual(views(foldOf(before, after)));
    }),
    { numRuns: 1000 },
  );
});
