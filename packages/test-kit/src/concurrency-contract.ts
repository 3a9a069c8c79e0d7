import {
  createRegisteredModel,
  type ExperimentId,
  ensureExperiment,
  ensureRegisteredModel,
  getRegisteredModel,
  isTidemarkError,
  type LoggedModelId,
  renameExperiment,
  type Store,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { actInRace, RACE, type RaceResult } from './race-acts.ts';
import { raceProcesses, raceWorkers } from './race-others.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const BY = { name: 'ada', authenticated: false } as const;
const AT_ONCE = 4;
/** Number of threads or processes. It is small, because each one loads everything again. */
const OTHERS = 2;

/** The contract of a store for concurrent callers: in one process, in worker threads, in processes. */
export function describeConcurrencyContract(kind: StoreUnderTest): void {
  describe(`${kind.name} keeps the contract for concurrent calls`, () => {
    let store: Store;
    let modelId: LoggedModelId;

    beforeEach(async () => {
      store = await kind.open();
      ({ modelId } = await store.createLoggedModel({
        experimentId: '0' as ExperimentId,
        name: 'm',
        creationTimeMs: 1,
      }));
      await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
    });

    /** Expects one experiment with a run of each racer; versions 1 to n, each once; the alias on one of them. */
    async function expectOneWorld(results: readonly RaceResult[]): Promise<void> {
      const fresh = kind.reopen === undefined ? store : await kind.reopen(store);
      const named = (await fresh.experiments()).filter(({ name }) => name === RACE.experiment);
      expect(named).toHaveLength(1);
      const others = Array(results.length - 1).fill('EXPERIMENT_EXISTS');
      for (const at of RACE.created.keys()) {
        expect(results.map(({ created }) => created[at]).sort()).toEqual([...others, 'done']);
      }
      const experimentIds = named.map(({ experimentId }) => experimentId);
      expect(new Set(results.map(({ experimentId }) => experimentId))).toEqual(
        new Set(experimentIds),
      );
      const runs = await fresh.runs({ experimentIds });
      expect(runs.map(({ runId }) => runId).sort()).toEqual(
        results.map(({ runId }) => runId).sort(),
      );
      const numbers = results.map((_, index) => index + 1);
      expect(results.map(({ version }) => version).sort()).toEqual(numbers);
      const { versions } = await getRegisteredModel(fresh, RACE.model);
      expect(versions.map(({ version }) => version)).toEqual(numbers);
      expect(versions.filter(({ aliases }) => aliases.includes(RACE.alias))).toHaveLength(1);
    }

    it('from one handle, which all succeed', async () => {
      await expectOneWorld(
        await Promise.all(Array.from({ length: AT_ONCE }, () => actInRace(store, modelId))),
      );
    });

    it('from several handles in one process', async ({ skip }) => {
      if (kind.reopen === undefined) return skip('the store has only one handle');
      const { reopen } = kind;
      const handles = await Promise.all(Array.from({ length: AT_ONCE }, () => reopen(store)));
      await expectOneWorld(await Promise.all(handles.map((handle) => actInRace(handle, modelId))));
    });

    it('from worker threads', async ({ skip }) => {
      if (kind.racer === undefined) return skip('the store exists in one thread only');
      const task = { uri: store.uri, modelId };
      await expectOneWorld(await raceWorkers(kind.racer, OTHERS, task));
    });

    it('from several processes', async ({ skip }) => {
      if (kind.racer === undefined) return skip('the store exists in one process only');
      const task = { uri: store.uri, modelId };
      await expectOneWorld(await raceProcesses(kind.racer, OTHERS, task));
    });

    it('that create an experiment with one name, of which one succeeds', async () => {
      const draft = { name: 'once', creationTimeMs: 1 };
      expect(await outcomes(() => store.createExperiment(draft))).toEqual([
        'done',
        ...Array(AT_ONCE - 1).fill('EXPERIMENT_EXISTS'),
      ]);
    });

    it('that create a registered model with one name, of which one succeeds', async () => {
      expect(await outcomes(() => createRegisteredModel(store, { name: 'once', by: BY }))).toEqual([
        'done',
        ...Array(AT_ONCE - 1).fill('MODEL_EXISTS'),
      ]);
      const ensured = await outcomes(() => ensureRegisteredModel(store, { name: 'new', by: BY }));
      expect(ensured).toEqual(Array(AT_ONCE).fill('done'));
    });

    it('that rename two experiments to one name, of which one succeeds', async () => {
      const ids = ['a', 'b'].map(
        async (name) => (await ensureExperiment(store, name)).experimentId,
      );
      const [first, second] = (await Promise.all(ids)) as [ExperimentId, ExperimentId];
      const renames = [first, second].map((id) => renameExperiment(store, id, 'wanted'));
      expect((await Promise.all(renames.map(outcome))).sort()).toEqual([
        'EXPERIMENT_EXISTS',
        'done',
      ]);
      const names = (await store.experiments()).map(({ name }) => name);
      expect(names.filter((name) => name === 'wanted')).toHaveLength(1);
    });

    it('and does not reuse a deleted experiment', async () => {
      const { experimentId } = await ensureExperiment(store, 'gone');
      const deleted = { kind: 'experiment-updated', timeMs: 3, stage: 'deleted' } as const;
      await store.append([{ ...deleted, experiment: experimentId }]);
      await expect(ensureExperiment(store, 'gone')).rejects.toMatchObject({
        code: 'EXPERIMENT_EXISTS',
      });
    });
  });
}

/** The outcomes of several concurrent calls: `done` or the code of the error, sorted. */
async function outcomes(call: () => Promise<unknown>): Promise<string[]> {
  const all = await Promise.all(Array.from({ length: AT_ONCE }, () => outcome(call())));
  return all.sort((a, b) => (a === 'done' ? -1 : b === 'done' ? 1 : a < b ? -1 : 1));
}

async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return error.code;
  }
}
