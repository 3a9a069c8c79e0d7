import {
  type ArtifactOwner,
  createModelVersion,
  createRegisteredModel,
  type ExperimentId,
  type LoggedModelId,
  type PurgeTarget,
  purge,
  type RunId,
  type Store,
  type StoreEvent,
} from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from './store-under-test.ts';

const BY = { name: 'ada', authenticated: false } as const;
const BYTES = new TextEncoder().encode('secret');

/** The contract that purged data is not returned by any method of the port. The keeper of the store purges it. */
export function describePurgedContract(kind: StoreUnderTest): void {
  const { purgesNothing } = kind;
  const title = purgesNothing === undefined ? '' : ` (left out: ${purgesNothing})`;
  describe.skipIf(purgesNothing !== undefined)(`purged data stays purged${title}`, () => {
    async function stores() {
      const store = await kind.open();
      // The handle that purges belongs to the keeper of the store; it is the same handle if this process is the keeper.
      const keeper = (await kind.keeper?.(store)) ?? store;
      const { experimentId } = await store.createExperiment({ name: 'doomed', creationTimeMs: 1 });
      const run = await store.createRun({ experimentId, name: 'r', userId: '', startTimeMs: 1 });
      const model = await store.createLoggedModel({ experimentId, name: 'm', creationTimeMs: 1 });
      return { store, keeper, experimentId, runId: run.runId, modelId: model.modelId };
    }

    type Ids = { experimentId: ExperimentId; runId: RunId; modelId: LoggedModelId };

    /** Every write to a run. */
    const toRun = ({ experimentId, runId }: Ids, store: Store): [string, () => unknown][] => [
      ...eventsOfRun(runId).map(
        (event) => [event.kind, () => store.append([event])] as [string, () => unknown],
      ),
      ...filesOf({ kind: 'run', experimentId, runId }, store),
      [
        'a version of its files',
        async () => {
          const name = `v${Math.random()}`;
          await createRegisteredModel(store, { name, by: BY });
          await createModelVersion(store, { name, source: `runs:/${runId}/m`, runId, by: BY });
        },
      ],
    ];

    /** Every write to a logged model. */
    const toModel = (
      { experimentId, modelId: model }: Ids,
      store: Store,
    ): [string, () => unknown][] => [
      ['tags', () => store.append([{ kind: 'model-tags', model, timeMs: 2, tags: { a: '1' } }])],
      [
        'params',
        () => store.append([{ kind: 'model-params', model, timeMs: 2, params: { a: '1' } }]),
      ],
      [
        'status',
        () => store.append([{ kind: 'model-updated', model, timeMs: 2, status: 'READY' }]),
      ],
      ...filesOf({ kind: 'model', experimentId, modelId: model }, store),
    ];

    const draft = { name: 'late', userId: '', startTimeMs: 2, creationTimeMs: 2 };

    it('refuses every write to a purged run', async () => {
      const { store, keeper, ...ids } = await stores();
      await purge(keeper, { run: ids.runId }, { by: BY });
      for (const [what, write] of toRun(ids, store)) {
        await expect((async () => write())(), what).rejects.toMatchObject({
          code: 'RUN_NOT_FOUND',
        });
      }
    });

    it('refuses every write to a purged logged model', async () => {
      const { store, keeper, ...ids } = await stores();
      await purge(keeper, { model: ids.modelId }, { by: BY });
      for (const [what, write] of toModel(ids, store)) {
        await expect((async () => write())(), what).rejects.toMatchObject({
          code: 'LOGGED_MODEL_NOT_FOUND',
        });
      }
    });

    it('refuses every write to a purged experiment, and to its content', async () => {
      const { store, keeper, ...ids } = await stores();
      const { experimentId: experiment } = ids;
      await purge(keeper, { experiment }, { by: BY });
      const writes: [string, () => unknown][] = [
        ['a run', () => store.createRun({ ...draft, experimentId: experiment })],
        ['a logged model', () => store.createLoggedModel({ ...draft, experimentId: experiment })],
        [
          'its tags',
          () =>
            store.append([{ kind: 'experiment-updated', experiment, timeMs: 2, tags: { a: '1' } }]),
        ],
        ...toRun(ids, store),
        ...toModel(ids, store),
      ];
      for (const [what, write] of writes) {
        await expect((async () => write())(), what).rejects.toMatchObject({
          code: expect.stringMatching(/^(EXPERIMENT|RUN|LOGGED_MODEL)_NOT_FOUND$/),
        });
      }
      const readers = kind.reopen === undefined ? [store] : [store, await kind.reopen(store)];
      for (const reader of readers) {
        expect(await reader.runs({ runIds: [ids.runId] })).toEqual([]);
        expect(await reader.loggedModels({ modelIds: [ids.modelId] })).toEqual([]);
        expect((await reader.experiments()).map(({ experimentId }) => experimentId)).not.toContain(
          experiment,
        );
      }
    });

    it('refuses the purged parts, and accepts the others', async () => {
      const { store, keeper, runId, modelId, experimentId } = await stores();
      const { runId: other } = await store.createRun({ ...draft, experimentId });
      const parts: PurgeTarget[] = [
        { run: runId, part: 'param', key: 'a' },
        { run: runId, part: 'tag', key: 'a' },
        { run: runId, part: 'metric', key: 'a' },
        { run: runId, part: 'artifact', key: 'a' },
        { model: modelId, part: 'tag', key: 'a' },
        { experiment: experimentId, part: 'tag', key: 'a' },
      ];
      for (const target of parts) await purge(keeper, target, { by: BY });
      const writes = (key: string): [string, () => unknown][] => [
        ['param', () => store.append([{ kind: 'params', run: runId, params: { [key]: '1' } }])],
        ['tag', () => store.append([{ kind: 'tags', run: runId, tags: { [key]: '1' } }])],
        [
          'metric',
          () =>
            store.append([
              { kind: 'metrics', run: runId, timeMs: 1, step: 0, metrics: { [key]: 1 } },
            ]),
        ],
        [
          'tag of a model',
          () =>
            store.append([{ kind: 'model-tags', model: modelId, timeMs: 2, tags: { [key]: '1' } }]),
        ],
        [
          'tag of an experiment',
          () =>
            store.append([
              {
                kind: 'experiment-updated',
                experiment: experimentId,
                timeMs: 2,
                tags: { [key]: '1' },
              },
            ]),
        ],
        ['artifact', () => store.artifacts.write({ kind: 'run', experimentId, runId }, key, BYTES)],
      ];
      for (const [what, write] of writes('a')) {
        await expect((async () => write())(), what).rejects.toMatchObject({
          code: 'PURGED',
        });
      }
      for (const [, write] of writes('b')) await write();
      expect(other).not.toBe(runId);
    });
  });
}

function filesOf(owner: ArtifactOwner, store: Store): [string, () => unknown][] {
  const { writeSync } = store.artifacts;
  return [
    ['a file', () => store.artifacts.write(owner, 'f', BYTES)],
    ...(writeSync === undefined
      ? []
      : ([['a file at once', () => writeSync.call(store.artifacts, owner, 'f', BYTES)]] as [
          string,
          () => unknown,
        ][])),
  ];
}

function eventsOfRun(run: RunId): StoreEvent[] {
  return [
    { kind: 'params', run, params: { a: '1' } },
    { kind: 'tags', run, tags: { a: '1' } },
    { kind: 'metrics', run, timeMs: 1, step: 0, metrics: { a: 1 } },
    { kind: 'run-updated', run, status: 'FINISHED', endTimeMs: 2 },
  ];
}
