import {
  type Actor,
  assertDatasetInput,
  assertOptions,
  assertString,
  type DatasetInput,
  type Store,
} from '@tidemark/core';
import { type AmbientVerbs, ambientVerbs } from './ambient/ambient-verbs.ts';
import type { OpenStoreOptions, Platform } from './platform/platform.ts';
import { type ModelRegistration, modelRegistration } from './registry/model-registration.ts';
import { type ModelReview, modelReview } from './registry/model-review.ts';
import { type OpenedModel, openModel } from './registry/open-model.ts';
import type { ActiveRun } from './run/active-run.ts';
import { SharedStores, type StoreOrAddress } from './shared-stores.ts';
import { RunStarter, type StartRun } from './start/run-starter.ts';

/** The functions of this package, for one platform. */
export interface Client extends AmbientVerbs, ModelRegistration, ModelReview {
  /**
   * Opens a store: a folder, a `file:` URI, `memory:`, or the `http(s)` address of a server. Default:
   * TIDEMARK_TRACKING_URI, then MLFLOW_TRACKING_URI, then `./tidemark` (in a browser `memory:`). A process opens
   * each address once and shares the store, unless you pass a durability or credentials. Opening and reading change
   * nothing on disk.
   * @throws STORE_URI_UNSUPPORTED, STORE_IS_MLRUNS, STORE_FOLDER_IN_USE, STORE_NOT_FOUND, STORE_FORMAT_TOO_NEW,
   * STORE_DAMAGED
   */
  openStore(address?: string, options?: OpenStoreOptions): Promise<Store>;
  readonly startRun: StartRun;
  /** Returns the innermost active run, or `undefined`. */
  activeRun(): ActiveRun | undefined;
  /** Returns the run that this process started last, ended or not, or `undefined`. */
  lastRun(): ActiveRun | undefined;
  /**
   * Records that the program has read a dataset. The active run gets it as an input. Without an active run, the
   * runs that start here get it, until another dataset is read. You may transform the data in between: the context
   * links data and run, not the value.
   */
  recordDatasetRead(input: DatasetInput): Promise<void>;
  /** Finds the files of a model: `models:/name/3`, `models:/name@alias`, `models:/m-…`, `runs:/<id>/<name>`. */
  openModel(uri: string, options?: { store?: Store | string }): Promise<OpenedModel>;
  /** Returns the user of this program, as the registry records it: a claim, not a proof. */
  currentActor(): Actor;
}

/** Creates the client for a platform. */
export function createClient(platform: Platform): Client {
  const stores = new SharedStores(platform);
  const starter = new RunStarter(platform, stores);
  const storeOf = (store: StoreOrAddress): Promise<Store> => stores.of(store);
  const currentActor = (): Actor => ({ name: platform.userName(), authenticated: false });
  const activeRun = (): ActiveRun | undefined =>
    platform.ambient.current().runs.findLast((run) => !run.ended);
  const startRun: RunStarter['start'] = (options, body) => starter.start(options, body);

  return {
    ...ambientVerbs(activeRun),
    ...modelRegistration(storeOf, currentActor),
    ...modelReview(storeOf, currentActor),
    openStore: (address, options) => stores.open(address, options),
    startRun: startRun as StartRun,
    activeRun,
    lastRun: () => starter.last,
    currentActor,
    async recordDatasetRead(input) {
      assertDatasetInput(input);
      const run = activeRun();
      if (run === undefined) platform.ambient.current().waiting.add(input);
      else await run.logDataset(input);
    },
    async openModel(uri, options = {}) {
      assertString(uri, 'The address of openModel');
      assertOptions(options, 'openModel', { store: 'any' });
      return openModel(await storeOf(options.store), uri);
    },
  };
}
