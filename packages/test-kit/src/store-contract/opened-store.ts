import type { Experiment, Run, RunId, Store } from '@tidemark/core';
import type { StoreUnderTest } from '../store-under-test.ts';

/** The store of a test of the contract, and what its tests begin with. */
export interface OpenedStore {
  readonly kind: StoreUnderTest;
  /** A fresh one for each test. */
  store(): Store;
  /** Every reader has to agree: the writer itself, and one that opens the store afresh. */
  readers(): Promise<Store[]>;
  /** A run in the experiment Default. */
  newRun(): Promise<Run>;
  defaultExperimentId(): Promise<Experiment['experimentId']>;
  readRun(reader: Store, runId: RunId): Promise<Run | undefined>;
}
