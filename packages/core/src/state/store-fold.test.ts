import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventOrder } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { anyStoreEvent, EXPERIMENT_IDS, MODEL_IDS, RUN_IDS } from '../testing/event-arbitraries.ts';
import { StoreFold } from './store-fold.ts';

interface Met {
  readonly event: StoreEvent;
  readonly order: EventOrder;
}

/** Events of writers whose clocks jump and differ: few stamps, so that ties happen. */
const history: fc.Arbitrary<Met[]> = fc
  .array(
    fc.record({
      event: anyStoreEvent,
      stampUs: fc.integer({ min: 0, max: 6 }),
      writer: fc.constantFrom('w1', 'w2'),
    }),
    { maxLength: 40 },
  )
  .map((events) =>
    events.map(({ event, stampUs, writer }, position) => ({
      event,
      order: { stampUs, writer, position },
    })),
  );

function folded(...parts: readonly (readonly Met[])[]): unknown {
  const fold = new StoreFold();
  for (const { event, order } of parts.flat()) fold.apply(event, order);
  return {
    experiments: EXPERIMENT_IDS.map((id) => fold.experiments.get(id)?.view()),
    runs: RUN_IDS.map((id) => fold.run(id)?.view()),
    models: MODEL_IDS.map((id) => fold.loggedModels.get(id)?.view()),
  };
}

describe('the fold', () => {
  it('gives the same state in whatever order events are read', () => {
    fc.assert(
      fc.property(
        history.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
          ),
        ),
        ([events, shuffled]) => {
          expect(folded(shuffled)).toEqual(folded(events));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives the same state when events are read again', () => {
    fc.assert(
      fc.property(history, (events) => {
        expect(folded(events, events)).toEqual(folded(events));
      }),
    );
  });

  it('gives the same state however events are split over logs', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (events, first, second) => {
        const [from, to] = [first % (events.length + 1), second % (events.length + 1)].sort(
          (a, b) => a - b,
        ) as [number, number];
        const [a, b, c] = [events.slice(0, from), events.slice(from, to), events.slice(to)];
        expect(folded(c, a, b)).toEqual(folded(a, b, c));
        expect(folded(b, c, a)).toEqual(folded(a, b, c));
      }),
    );
  });
});
