import { join } from 'node:path';
import { unlisted } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StoreFold } from '../state/store-fold.ts';
import { anyStoreEvent } from '../testing/event-arbitraries.ts';
import { subjectOf } from './event-subject.ts';
import { kindOf } from './store-event.ts';

it('an event changes only its subject', () => {
  fc.assert(
    fc.property(anyStoreEvent, (event) => {
      const fold = new StoreFold();
      // It exists without an event.
      const [standard] = fold.experiments.keys();
      fold.apply(event, { stampUs: 1, writer: 'w', position: 0 });
      const touched = [
        ...[...fold.runs()].map(({ runId: run }) => ({ run })),
        ...[...fold.loggedModels.keys()].map((model) => ({ model })),
        ...[...fold.experiments.keys()].map((experiment) => ({ experiment })),
      ];
      const subject = subjectOf(event);
      expect(touched).toContainEqual(subject);
      const others = touched.filter((thing) => JSON.stringify(thing) !== JSON.stringify(subject));
      expect(others.every((thing) => 'experiment' in thing && thing.experiment === standard)).toBe(
        true,
      );
    }),
  );
});

it('an event is not changed where nothing was purged', () => {
  fc.assert(
    fc.property(anyStoreEvent, (event) => {
      const nothing = { has: () => false, keep: <Left>(_: unknown, record: Left) => record };
      expect(kindOf(event).without(event, nothing)).toBe(event);
    }),
  );
});

it('the list of kinds has every kind in the folder', () => {
  const folder = join(import.meta.dirname, 'kinds');
  const list = join(import.meta.dirname, 'store-event.ts');
  expect(unlisted({ folder, type: 'EventKind', list })).toEqual([]);
});
