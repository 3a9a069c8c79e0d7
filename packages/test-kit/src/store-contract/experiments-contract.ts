import type { Store } from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedStore } from './opened-store.ts';

/** The contract of every store for experiments. */
export function describeExperiments(opened: OpenedStore): void {
  describe('experiments', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    it('include Default with the id 0 from the start', async () => {
      const [experiment] = await store.experiments();
      expect(experiment).toMatchObject({
        experimentId: '0',
        name: 'Default',
        lifecycleStage: 'active',
      });
    });

    it('are created with an id that is a number in a string', async () => {
      const created = await store.createExperiment({
        name: 'penguins',
        creationTimeMs: 5,
        tags: { team: 'antarctica' },
      });
      expect(created.experimentId).toMatch(/^\d+$/);
      for (const reader of await opened.readers()) {
        expect(await reader.experiments()).toContainEqual(created);
      }
    });

    it('keep the changes of Default, and the removal of tags', async () => {
      const experiment = await opened.defaultExperimentId();
      const update = { kind: 'experiment-updated', experiment, timeMs: 9 } as const;
      await store.append([
        { ...update, name: 'Renamed', tags: { a: '1', b: '2' } },
        { ...update, tags: { a: null } },
      ]);
      for (const reader of await opened.readers()) {
        const [found] = await reader.experiments();
        expect(found).toMatchObject({
          experimentId: experiment,
          name: 'Renamed',
          tags: { b: '2' },
        });
        expect(found?.tags).not.toHaveProperty('a');
      }
    });

    it('cannot have the same name', async () => {
      await store.createExperiment({ name: 'penguins', creationTimeMs: 5 });
      for (const reader of await opened.readers()) {
        await expect(
          reader.createExperiment({ name: 'penguins', creationTimeMs: 6 }),
        ).rejects.toMatchObject({ code: 'EXPERIMENT_EXISTS' });
      }
    });
  });
}
