import type { Experiment, Store } from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { describePurgedContract } from '../purged-contract.ts';
import type { StoreUnderTest } from '../store-under-test.ts';
import { describeArtifacts } from './artifacts-contract.ts';
import { describeExperiments } from './experiments-contract.ts';
import { describeLoggedModels } from './logged-models-contract.ts';
import { describeMetrics } from './metrics-contract.ts';
import type { OpenedStore } from './opened-store.ts';
import { describeRegistryPort } from './registry-port-contract.ts';
import { describeRunDigest } from './run-digest-contract.ts';
import { describeRuns } from './runs-contract.ts';

/** The contract of the Store port. Call it for each kind of store. */
export function describeStoreContract(kind: StoreUnderTest): void {
  describePurgedContract(kind);
  describe(`${kind.name} keeps the contract of the Store port`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await kind.open();
    });

    const opened: OpenedStore = {
      kind,
      store: () => store,
      readers: async () =>
        kind.reopen === undefined ? [store] : [store, await kind.reopen(store)],
      newRun: async () =>
        store.createRun({
          experimentId: await opened.defaultExperimentId(),
          name: 'first',
          userId: 'ada',
          startTimeMs: 1000,
          tags: { 'mlflow.user': 'ada' },
        }),
      async defaultExperimentId() {
        const found = (await store.experiments()).find(({ name }) => name === 'Default');
        return (found as Experiment).experimentId;
      },
      readRun: async (reader, runId) => (await reader.runs({ runIds: [runId] }))[0],
    };
    describeExperiments(opened);
    describeRuns(opened);
    describeMetrics(opened);
    describeArtifacts(opened);
    describeLoggedModels(opened);
    describeRunDigest(opened);
    describeRegistryPort(opened);

    it('and refuses every call after it was closed', async () => {
      const { runId } = await opened.newRun();
      await store.close();
      const closed = { code: 'STORE_CLOSED' };
      await expect(store.runs({})).rejects.toMatchObject(closed);
      await expect(store.append([{ kind: 'tags', run: runId, tags: {} }])).rejects.toMatchObject(
        closed,
      );
      expect(() => store.artifacts).toThrow(expect.objectContaining(closed));
      expect(() => store.registry).toThrow(expect.objectContaining(closed));
      expect(store.closed).toBe(true);
    });
  });
}
