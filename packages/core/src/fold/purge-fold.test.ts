import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Purged } from '../events/kinds/purged.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { StoreFold } from '../state/store-fold.ts';
import { anyStoreEvent, EXPERIMENT_IDS, MODEL_IDS, RUN_IDS } from '../testing/event-arbitraries.ts';

const [RUN = '' as never] = RUN_IDS;
const [MODEL = '' as never] = MODEL_IDS;
const [, EXPERIMENT = '' as never] = EXPERIMENT_IDS;
const BY = { name: 'ada', authenticated: false };
const KEYS = ['loss', 'acc', 'a/b', '__proto__', 'constructor', 'x y'];

/** Other events, with stamps before or after that of the purge, and read before or after it. */
function foldWith(purge: Omit<Purged, 'kind' | 'timeMs' | 'by'>, events: StoreEvent[], at: number) {
  const fold = new StoreFold();
  const all: StoreEvent[] = [...events];
  all.splice(at % (events.length + 1), 0, { kind: 'purged', timeMs: 0, by: BY, ...purge });
  for (const [position, event] of all.entries()) {
    const stampUs = event.kind === 'purged' ? at % 40 : position;
    fold.apply(event, { stampUs, writer: 'w', position });
  }
  return fold;
}

const history = fc.array(anyStoreEvent, { maxLength: 40 });

describe('in whatever order events are read', () => {
  it.each([
    ['a run', { run: RUN }, (fold: StoreFold) => fold.run(RUN)?.view()],
    ['a logged model', { model: MODEL }, (fold: StoreFold) => fold.loggedModels.get(MODEL)?.view()],
    [
      'an experiment',
      { experiment: EXPERIMENT },
      (fold: StoreFold) => fold.experiments.get(EXPERIMENT)?.view(),
    ],
  ])('%s that was purged never comes back', (_, target, view) => {
    fc.assert(
      fc.property(history, fc.nat(), (events, at) => {
        expect(view(foldWith(target, events, at))).toBeUndefined();
      }),
    );
  });

  it('one param, tag or metric that was purged never comes back, and the rest of its run stays', () => {
    const part = fc.constantFrom('param' as const, 'tag' as const, 'metric' as const);
    fc.assert(
      fc.property(history, part, fc.constantFrom(...KEYS), fc.nat(), (events, name, key, at) => {
        const unpurged = events.filter(({ kind }) => kind !== 'purged');
        const without = foldWith({ experiment: EXPERIMENT }, unpurged, 0).run(RUN)?.view();
        const run = foldWith({ run: RUN, [name]: key }, unpurged, at)
          .run(RUN)
          ?.view();
        expect(run === undefined).toBe(without === undefined);
        if (run === undefined || without === undefined) return;
        const field = `${name}s` as const;
        const left = Object.keys(without[field]).filter((other) => other !== key);
        expect(Object.keys(run[field])).toEqual(left);
        expect(
          run.paramConflicts.some((conflict) => name === 'param' && conflict.key === key),
        ).toBe(false);
        expect(run.purged).toEqual([{ part: name, key, by: BY, atMs: 0 }]);
        expect(run.status).toBe(without.status);
      }),
    );
  });
});

it('a run whose name was purged has its id as its name', () => {
  const created = {
    kind: 'run-created',
    run: RUN,
    experiment: EXPERIMENT,
    name: 'hunter2',
    user: '',
    timeMs: 1,
  } as const;
  const run = foldWith({ run: RUN, tag: 'mlflow.runName' }, [created], 1).run(RUN)?.view();
  expect(run?.name).toBe(RUN);
  expect(JSON.stringify(run)).not.toContain('hunter2');
});
