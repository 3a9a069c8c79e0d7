import type { Experiment, Run, RunId, Store } from '@tidemark/core';
import type { StoreUnderTest } from '../store-under-test.ts';

/** The store of a contract test, and what its tests start with. */
export interface OpenedStore {
  readonly kind: StoreUnderTest;
  /** The store, fresh for each test. */
  store(): Store;
  /** All readers, which must agree: the writer itself, and a newly opened handle. */
  readers(): Promise<Store[]>;
  /** Creates a run in the experiment Default. */
  newRun(): Promise<Run>;
  defaultExperimentId(): Promise<Experiment['experimentId']>;
  readRun(reader: Store, runId: RunId): Promise<Run | undefined>;
}
