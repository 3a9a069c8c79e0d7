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

/** What was purged never comes back, whichever call of the port writes it again. */
export function describePurgedContract(kind: StoreUnderTest): void {
  const { purgesNothing } = kind;
  const title = purgesNothing === undefined ? '' : ` (left out: ${purgesNothing})`;
  const { reopen } = kind;
  const ways: [string, (store: Store) => Promise<Store>][] = [
    ['the keeper of the store', async (store) => (await kind.keeper?.(store)) ?? store],
  ];
  // Like another process: the handle that writes has read the store before, and nothing asks it to read again.
  if (reopen !== undefined && kind.keeper === undefined) ways.push(['another handle', reopen]);
  describe.skipIf(purgesNothing !== undefined).each(ways)(
    `data that %s purged stays purged${title}`,
    (_, purging) => {
      async function stores() {
        const store = await kind.open();
        const { experimentId } = await store.createExperiment({
          name: 'doomed',
          creationTimeMs: 1,
        });
        const run = await store.createRun({ experimentId, name: 'r', userId: '', startTimeMs: 1 });
        const model = await store.createLoggedModel({ experimentId, name: 'm', creationTimeMs: 1 });
        const keeper = await purging(store);
        await store.append([{ kind: 'tags', run: run.runId, tags: { before: 'yes' } }]);
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

      /** Tries each write in a separate store, as the first after the purge. */
      async function expectRefused(
        target: (ids: Ids) => PurgeTarget,
        writesOf: (ids: Ids, store: Store) => [string, () => unknown][],
        code: unknown,
      ): Promise<void> {
        for (let at = 0; ; at += 1) {
          const { store, keeper, ...ids } = await stores();
          const [what, write] = writesOf(ids, store)[at] ?? [];
          if (write === undefined) return;
          await purge(keeper, target(ids), { by: BY });
          await expect((async () => write())(), what).rejects.toMatchObject({ code });
        }
      }

      it('when a purged run is written, which is refused', async () => {
        await expectRefused(({ runId }) => ({ run: runId }), toRun, 'RUN_NOT_FOUND');
      });

      it('when a purged logged model is written, which is refused', async () => {
        await expectRefused(
          ({ modelId }) => ({ model: modelId }),
          toModel,
          'LOGGED_MODEL_NOT_FOUND',
        );
      });

      it('when a purged experiment or its content is written, which is refused', async () => {
        const writes = (ids: Ids, store: Store): [string, () => unknown][] => {
          const { experimentId: experiment } = ids;
          return [
            ['a run', () => store.createRun({ ...draft, experimentId: experiment })],
            [
              'a logged model',
              () => store.createLoggedModel({ ...draft, experimentId: experiment }),
            ],
            [
              'its tags',
              () =>
                store.append([
                  { kind: 'experiment-updated', experiment, timeMs: 2, tags: { a: '1' } },
                ]),
            ],
            ...toRun(ids, store),
            ...toModel(ids, store),
          ];
        };
        await expectRefused(
          ({ experimentId: experiment }) => ({ experiment }),
          writes,
          expect.stringMatching(/^(EXPERIMENT|RUN|LOGGED_MODEL)_NOT_FOUND$/),
        );
      });

      it('when a purged experiment is read, of which nothing is visible', async () => {
        const { store, keeper, ...ids } = await stores();
        await purge(keeper, { experiment: ids.experimentId }, { by: BY });
        const readers = kind.reopen === undefined ? [store] : [store, await kind.reopen(store)];
        for (const reader of readers) {
          expect(await reader.runs({ runIds: [ids.runId] })).toEqual([]);
          expect(await reader.loggedModels({ modelIds: [ids.modelId] })).toEqual([]);
          expect(
            (await reader.experiments()).map(({ experimentId }) => experimentId),
          ).not.toContain(ids.experimentId);
        }
      });

      it('when a reference to a purged file is written, which is refused', async ({ skip }) => {
        const { store, keeper, experimentId, runId, modelId } = await stores();
        if (!store.capabilities.artifactReferences) skip('the store keeps no references');
        const file = await store.artifacts.write({ kind: 'run', experimentId, runId }, 'a', BYTES);
        await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
        await purge(keeper, { run: runId, part: 'artifact', key: 'a' }, { by: BY });
        const sameAs = { owner: { run: runId }, path: 'a' };
        const reference = { ...file, path: 'copy', sameAs };
        const write = store.append([
          { kind: 'artifact', owner: { model: modelId }, file: reference },
        ]);
        await expect(write).rejects.toMatchObject({ code: 'PURGED' });
      });

      it('when purged parts are written, which are refused, while other parts are accepted', async () => {
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
              store.append([
                { kind: 'model-tags', model: modelId, timeMs: 2, tags: { [key]: '1' } },
              ]),
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
          [
            'artifact',
            () => store.artifacts.write({ kind: 'run', experimentId, runId }, key, BYTES),
          ],
        ];
        for (const [what, write] of writes('a')) {
          await expect((async () => write())(), what).rejects.toMatchObject({
            code: 'PURGED',
          });
        }
        for (const [, write] of writes('b')) await write();
        expect(other).not.toBe(runId);
      });
    },
  );
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
