import {
  type Actor,
  assertDatasetInput,
  type DatasetInput,
  deleteAlias,
  deleteRegistryTag,
  type EvidenceDraft,
  type LoggedModel,
  type ModelVersion,
  registerVersion,
  type Store,
  setAlias,
  setRegistryTag,
} from '@tidemark/core';
import { type ActiveRun, ERROR_FILE, errorText } from './active-run.ts';
import { type AmbientScope, emptyScope } from './ambient.ts';
import { type AmbientVerbs, ambientVerbs } from './ambient-verbs.ts';
import { type ModelReview, modelReview } from './model-review.ts';
import { type ModelFiles, openModel, resolveModel } from './open-model.ts';
import { OpenRuns } from './open-runs.ts';
import type { OpenStoreOptions, Platform } from './platform.ts';
import { assertNotOpening, beginRun } from './start-run.ts';
import { assertOptions, type StartRunOptions } from './start-run-options.ts';

/** A store, or the address of one; the default address when it is absent. */
export type StoreOrAddress = Store | string | undefined;

/** Starts runs. Without a body the run stays ambient until its `end`; with one, within the body. */
export interface StartRun {
  (options?: StartRunOptions): Promise<ActiveRun>;
  <T>(options: StartRunOptions, body: (run: ActiveRun) => T | Promise<T>): Promise<T>;
  <T>(body: (run: ActiveRun) => T | Promise<T>): Promise<T>;
}

/** What is to be registered under which name. */
export interface RegisterModelOptions {
  readonly store?: Store | string;
  readonly name: string;
  /** A logged model, or its address: `models:/m-…` or `runs:/<run id>/<model name>`. */
  readonly model: LoggedModel | string;
  readonly description?: string;
}

/** The tag of a registered model, or of one of its versions. */
export interface ModelTagOptions {
  readonly store?: Store | string;
  readonly name: string;
  /** Absent: a tag of the model itself. */
  readonly version?: number;
  readonly key: string;
}

/** The alias of a registered model. */
export interface ModelAliasOptions {
  readonly store?: Store | string;
  readonly name: string;
  readonly alias: string;
}

/** The functions of this package, made for one platform. */
export interface Client extends AmbientVerbs, ModelReview {
  /**
   * Opens a store: a folder, a `file:` URI or `memory:`. Without an address: TIDEMARK_TRACKING_URI,
   * then MLFLOW_TRACKING_URI, then `./tidemark` (in a browser `memory:`). A process opens a place
   * once and shares it, unless a durability is asked for. Opening and reading change nothing on disk.
   * @throws STORE_URI_UNSUPPORTED, STORE_IS_MLRUNS, STORE_FOLDER_IN_USE, STORE_NOT_FOUND,
   * STORE_FORMAT_TOO_NEW, STORE_DAMAGED
   */
  openStore(address?: string, options?: OpenStoreOptions): Promise<Store>;
  readonly startRun: StartRun;
  /** The innermost run that is open here. */
  activeRun(): ActiveRun | undefined;
  /** The run that was started last in this process, ended or not. */
  lastRun(): ActiveRun | undefined;
  /**
   * Notes that a dataset was read: logged to the ambient run, or kept for the runs that start here
   * until another one is read. What was read may be scaled and encoded in between: the link is the context, not the value.
   */
  recordDatasetRead(input: DatasetInput): Promise<void>;
  /** Makes a logged model the next version of a registered model. */
  registerModel(options: RegisterModelOptions): Promise<ModelVersion>;
  /** Points an alias at a version; it leaves the version that had it. */
  setModelAlias(options: ModelAliasOptions & { readonly version: number }): Promise<void>;
  deleteModelAlias(options: ModelAliasOptions): Promise<void>;
  /**
   * Sets a tag, with evidence: who set it and when, the run or CI job behind it, and the digest of the
   * artifacts it speaks of (a version's own, unless another is given).
   */
  setModelTag(
    options: ModelTagOptions & { readonly value: string; readonly evidence?: EvidenceDraft },
  ): Promise<void>;
  deleteModelTag(options: ModelTagOptions): Promise<void>;
  /** Finds a model's files: `models:/name/3`, `models:/name@alias`, `models:/m-…`, `runs:/<id>/<name>`. */
  openModel(uri: string, options?: { store?: Store | string }): Promise<ModelFiles>;
  /** Who acts, as far as this program can say: a claim, not a proof. */
  currentActor(): Actor;
}

/** Whether a store is opened in a way of its own, so that it cannot be shared with who opened it otherwise. */
function isOwn({ durability, token, username, spool }: OpenStoreOptions): boolean {
  const options = [durability, token, username, spool === false ? undefined : spool];
  return options.some((option) => option !== undefined);
}

/** Puts the client together for a platform. */
export function createClient(platform: Platform): Client {
  const shared = new Map<string, Store>();
  const openRuns = new OpenRuns(platform.watchProgramEnd);
  let last: ActiveRun | undefined;

  async function openStore(address?: string, options?: OpenStoreOptions): Promise<Store> {
    const place = address ?? platform.defaultAddress();
    if (options !== undefined && isOwn(options)) return platform.openStore(place, options);
    const key = platform.storeKey(place, options ?? {});
    const openOf = (): Store | undefined => {
      const known = shared.get(key);
      return known?.closed === false ? known : undefined;
    };
    const open = openOf();
    if (open !== undefined && options?.mustExist !== true) return open;
    // A store that is open need not exist yet: asked for that, the place is looked at again.
    const store = await platform.openStore(place, options ?? {});
    // The first to be open stands, also when another call was faster in the meantime.
    const standing = openOf() ?? store;
    shared.set(key, standing);
    return standing;
  }

  function storeOf(store: StoreOrAddress): Promise<Store> {
    return typeof store === 'object' ? Promise.resolve(store) : openStore(store);
  }

  async function startRun<T>(
    options: StartRunOptions | ((run: ActiveRun) => T | Promise<T>) = {},
    body?: (run: ActiveRun) => T | Promise<T>,
  ): Promise<ActiveRun | T> {
    if (typeof options === 'function') return runWithin({}, options);
    assertOptions(options);
    return body === undefined ? openRun(options) : runWithin(options, body);
  }

  async function begin(scope: AmbientScope, options: StartRunOptions): Promise<ActiveRun> {
    const store = await storeOf(options.store);
    last = await beginRun({ platform, scope, openRuns, store, options });
    return last;
  }

  async function openRun(options: StartRunOptions): Promise<ActiveRun> {
    const scope = platform.ambient.current();
    assertNotOpening(scope, options);
    scope.opening = true;
    try {
      const run = await begin(scope, options);
      scope.runs.push(run);
      return run;
    } finally {
      scope.opening = false;
    }
  }

  async function runWithin<T>(
    options: StartRunOptions,
    body: (run: ActiveRun) => T | Promise<T>,
  ): Promise<T> {
    const scope = platform.ambient.current();
    const run = await begin(scope, options);
    // A copy of the open runs, so that a nested run finds its parent and the body's own stay inside.
    const inner = { ...emptyScope(), runs: [...scope.runs, run] };
    let result: T;
    try {
      result = await platform.ambient.within(inner, () => (async () => body(run))());
    } catch (error) {
      // The body's own error is the one to see, even when the run cannot be ended.
      const kept = run.ended ? Promise.resolve() : run.logText(`${errorText(error)}\n`, ERROR_FILE);
      await kept
        .then(() => run.end('FAILED'))
        .catch((unwritten: unknown) => {
          platform.warn(`The run ${run.runId} could not be ended as FAILED: ${String(unwritten)}`);
        });
      throw error;
    }
    await run.end('FINISHED');
    return result;
  }

  const currentActor = (): Actor => ({ name: platform.userName(), authenticated: false });
  const activeRun = (): ActiveRun | undefined =>
    platform.ambient.current().runs.findLast((run) => !run.ended);

  return {
    ...ambientVerbs(activeRun),
    ...modelReview(storeOf, currentActor),
    openStore,
    startRun: startRun as StartRun,
    activeRun,
    lastRun: () => last,
    currentActor,
    async recordDatasetRead(input) {
      assertDatasetInput(input);
      const run = activeRun();
      if (run === undefined) platform.ambient.current().waiting.add(input);
      else await run.logDataset(input);
    },
    async registerModel({ store: place, name, model, description }) {
      const store = await storeOf(place);
      const logged =
        typeof model === 'string' ? (await resolveModel(store, model)).loggedModel : model;
      return registerVersion(store, {
        name,
        model: logged,
        by: currentActor(),
        ...(description === undefined ? {} : { description }),
      });
    },
    async setModelAlias({ store, ...options }) {
      await setAlias(await storeOf(store), { ...options, by: currentActor() });
    },
    async deleteModelAlias({ store, ...options }) {
      await deleteAlias(await storeOf(store), { ...options, by: currentActor() });
    },
    async setModelTag({ store, ...options }) {
      await setRegistryTag(await storeOf(store), { ...options, by: currentActor() });
    },
    async deleteModelTag({ store, ...options }) {
      await deleteRegistryTag(await storeOf(store), { ...options, by: currentActor() });
    },
    async openModel(uri, options = {}) {
      return openModel(await storeOf(options.store), uri);
    },
  };
}
