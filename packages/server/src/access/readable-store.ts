import type {
  ArtifactContent,
  ArtifactEntry,
  ArtifactFile,
  ArtifactOwner,
  ArtifactStore,
  BucketColumns,
  BucketOptions,
  Experiment,
  ExperimentDraft,
  ExperimentId,
  LoggedModel,
  LoggedModelDraft,
  LoggedModelId,
  LoggedModelSelection,
  MetricColumns,
  MetricPoint,
  RegistryEntry,
  RegistryStore,
  Run,
  RunDraft,
  RunId,
  RunSelection,
  RunStateDigest,
  Store,
  StoreCapabilities,
  StoreEvent,
} from '@tidemark/core';
import { bucketColumnsOf, getRun, historyColumns, namedBy } from '@tidemark/core';
import { WireError } from '../wire/wire-error.ts';
import type { Caller } from './access.ts';

/**
 * Returns the store as a caller sees it, without the experiments and registered models that they may not
 * read, and without what is in those. Every route therefore answers a reference to a hidden thing like a
 * reference to nothing, and no route has to check. A write that names a run or a logged model is refused
 * unless the caller may read that run or model. A caller who may read everything gets the store itself.
 *
 * A search filters what it found: a page token contains the sort key of the last visible item, and its
 * presence reveals that something more matches.
 */
export function readableStore(store: Store, caller: Caller): Store {
  return caller.readsAll ? store : new ReadableStore(store, caller);
}

/**
 * Returns the error for a write that names a thing which does not exist or which the caller may not read. The
 * text is the same for both, so that it does not reveal which.
 */
export function unreadableReference(what: string): WireError {
  return new WireError(
    'PERMISSION_DENIED',
    `Permission denied: ${what} does not exist, or you have no role on its experiment. Ask an admin of the server for the role reader on it.`,
  );
}

/** The id of no run. */
const NO_RUN = 'none' as RunId;

class ReadableStore implements Store {
  readonly uri: string;
  readonly capabilities: StoreCapabilities;
  readonly artifacts: ArtifactStore;
  readonly registry: RegistryStore;
  readonly findRuns?: NonNullable<Store['findRuns']>;
  readonly metricColumns?: NonNullable<Store['metricColumns']>;
  readonly eventMark?: NonNullable<Store['eventMark']>;
  readonly runMarks?: NonNullable<Store['runMarks']>;
  readonly #store: Store;
  readonly #caller: Caller;

  constructor(store: Store, caller: Caller) {
    this.uri = store.uri;
    this.capabilities = store.capabilities;
    this.#store = store;
    this.#caller = caller;
    this.artifacts = readableArtifacts(store.artifacts, (owner) => this.#assertOwner(owner));
    this.registry = readableRegistry(store.registry, caller);
    if (store.findRuns !== undefined) {
      this.findRuns = async (query) => {
        const asked = query.experimentIds ?? (await this.experiments()).map(idOf);
        const experimentIds = asked.filter((id) => this.#reads(id));
        return (await store.findRuns?.({ ...query, experimentIds })) ?? [];
      };
    }
    const { metricColumns, eventMark, runMarks } = store;
    if (metricColumns !== undefined) {
      this.metricColumns = (isWanted) => this.#readableColumns(metricColumns.call(store, isWanted));
    }
    if (eventMark !== undefined) this.eventMark = () => eventMark.call(store);
    if (runMarks !== undefined) this.runMarks = () => this.#readableMarks(runMarks.call(store));
  }

  async #readableMarks(
    all: ReturnType<NonNullable<Store['runMarks']>>,
  ): Promise<ReadonlyMap<RunId, string>> {
    const marks = await all;
    const readable = await this.runs({});
    return new Map(readable.map(({ runId }) => [runId, marks.get(runId) ?? '']));
  }

  async *#readableColumns(all: AsyncIterable<MetricColumns>): AsyncGenerator<MetricColumns> {
    const readable = new Set((await this.runs({})).map(({ runId }) => runId));
    for await (const columns of all) if (readable.has(columns.runId)) yield columns;
  }

  get closed(): boolean {
    return this.#store.closed;
  }

  createExperiment(draft: ExperimentDraft): Promise<Experiment> {
    return this.#store.createExperiment(draft);
  }

  /** A draft with the id of an existing run joins that run, so the caller must be able to read it. */
  async createRun(draft: RunDraft): Promise<Run> {
    const { runId } = draft;
    const taken = runId === undefined ? [] : await this.#store.runs({ runIds: [runId] });
    if (taken.some(({ experimentId }) => !this.#reads(experimentId)))
      throw unreadableReference('the run');
    return this.#store.createRun(draft);
  }

  /** The same check as for runs. The caller must be able to read the source run too. */
  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    const { modelId, sourceRunId } = draft;
    const taken =
      modelId === undefined ? [] : await this.#store.loggedModels({ modelIds: [modelId] });
    if (taken.some(({ experimentId }) => !this.#reads(experimentId))) {
      throw unreadableReference('the logged model');
    }
    if (sourceRunId !== undefined) await this.#assertRuns([sourceRunId]);
    return this.#store.createLoggedModel(draft);
  }

  async append(events: readonly StoreEvent[]): Promise<void> {
    const named = events.flatMap(namedBy);
    await this.#assertModels(named.flatMap((thing) => ('model' in thing ? [thing.model] : [])));
    await this.#store.append(events);
  }

  flush(): void {
    this.#store.flush?.();
  }

  async experiments(): Promise<Experiment[]> {
    return (await this.#store.experiments()).filter(({ experimentId }) =>
      this.#reads(experimentId),
    );
  }

  async runs(selection: RunSelection): Promise<Run[]> {
    return (await this.#store.runs(selection)).filter(({ experimentId }) =>
      this.#reads(experimentId),
    );
  }

  async loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]> {
    return (await this.#store.loggedModels(selection)).filter(({ experimentId }) =>
      this.#reads(experimentId),
    );
  }

  async metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    await getRun(this, runId);
    return this.#store.metricHistory(runId, key);
  }

  async historyColumns(runId: RunId, key: string): Promise<MetricColumns> {
    await getRun(this, runId);
    return historyColumns(this.#store, runId, key);
  }

  /** A run that the caller may not read has no buckets, like one that does not exist. */
  async bucketColumnsOf(
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Promise<BucketColumns[]> {
    const there = new Set((await this.runs({ runIds })).map(({ runId }) => runId));
    const seen = runIds.map((id) => (there.has(id) ? id : NO_RUN));
    return bucketColumnsOf(this.#store, seen, key, options);
  }

  async runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    await getRun(this, runId);
    return this.#store.runStateDigest(runId, through);
  }

  /** Does nothing, because the caller that opened the store closes it. */
  async close(): Promise<void> {}

  #reads(experimentId: string): boolean {
    return this.#caller.may('reader', { kind: 'experiment', experimentId });
  }

  #assertOwner({ experimentId }: ArtifactOwner): void {
    if (!this.#reads(experimentId))
      throw unreadableReference('the run or logged model of the artifact');
  }

  async #assertRuns(runIds: readonly RunId[]): Promise<void> {
    const there = new Set((await this.runs({ runIds })).map(({ runId }) => runId));
    if (!runIds.every((id) => there.has(id))) throw unreadableReference('the named run');
  }

  async #assertModels(modelIds: readonly LoggedModelId[]): Promise<void> {
    if (modelIds.length === 0) return;
    const wanted = [...new Set(modelIds)];
    const there = new Set(
      (await this.loggedModels({ modelIds: wanted })).map(({ modelId }) => modelId),
    );
    if (!wanted.every((id) => there.has(id))) {
      throw unreadableReference('the named logged model');
    }
  }
}

function readableArtifacts(
  artifacts: ArtifactStore,
  assertOwner: (owner: ArtifactOwner) => void,
): ArtifactStore {
  return {
    async write(
      owner: ArtifactOwner,
      path: string,
      content: ArtifactContent,
    ): Promise<ArtifactFile> {
      assertOwner(owner);
      return artifacts.write(owner, path, content);
    },
    read(owner: ArtifactOwner, path: string): AsyncIterable<Uint8Array> {
      assertOwner(owner);
      return artifacts.read(owner, path);
    },
    ...(artifacts.readFrom === undefined
      ? {}
      : {
          readFrom(owner: ArtifactOwner, path: string, firstByte: number) {
            assertOwner(owner);
            return artifacts.readFrom?.(owner, path, firstByte) ?? artifacts.read(owner, path);
          },
        }),
    async list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]> {
      assertOwner(owner);
      return artifacts.list(owner, path);
    },
    ...(artifacts.remove === undefined
      ? {}
      : {
          async remove(owner: ArtifactOwner, path?: string): Promise<void> {
            assertOwner(owner);
            await artifacts.remove?.(owner, path);
          },
        }),
  };
}

/**
 * Returns the registry as the caller sees it. It reads only what they may read. Commits pass: the route has
 * checked the caller's role on the model before.
 */
function readableRegistry(registry: RegistryStore, caller: Caller): RegistryStore {
  const reads = (name: string): boolean => caller.may('reader', { kind: 'registered-model', name });
  let listed:
    | { readonly all: readonly RegistryEntry[]; readonly readable: readonly RegistryEntry[] }
    | undefined;
  return {
    // The same array again, if the store returns the same.
    async list() {
      const all = await registry.list();
      if (listed?.all !== all) {
        listed = { all, readable: all.filter(({ model }) => reads(model.name)) };
      }
      return listed.readable;
    },
    read: async (name): Promise<RegistryEntry | undefined> =>
      reads(name) ? registry.read(name) : undefined,
    commit: (...commit) => registry.commit(...commit),
    ...(registry.walk === undefined
      ? {}
      : {
          walk: (isWanted: (name: string) => boolean) =>
            registry.walk?.((name) => reads(name) && isWanted(name)) ?? [],
        }),
    ...(registry.chains === undefined
      ? {}
      : {
          chains: {
            names: async () => ((await registry.chains?.names()) ?? []).filter(reads),
            read: async (name) => (reads(name) ? registry.chains?.read(name) : undefined),
            commits: (name) => registry.chains?.commits(name) ?? nothing(),
          },
        }),
  };
}

async function* nothing(): AsyncGenerator<never> {}

function idOf({ experimentId }: { readonly experimentId: ExperimentId }): ExperimentId {
  return experimentId;
}
