import { isTidemarkError, TidemarkError } from '../errors.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { Experiment } from '../model/experiment.ts';
import {
  type ExperimentId,
  type LoggedModelId,
  newLoggedModelId,
  newRunId,
  type RunId,
} from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { MetricPoint } from '../model/metric.ts';
import type { RunStateDigest } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { RunQuery } from '../search/find-runs.ts';
import { pickRuns } from '../search/pick-runs.ts';
import type {
  ArtifactStore,
  ExperimentDraft,
  LoggedModelDraft,
  LoggedModelSelection,
  RegistryStore,
  RunDraft,
  RunSelection,
  Store,
  StoreCapabilities,
} from '../store/store.ts';
import { ReplayableBytes } from './replayable-bytes.ts';

/** What a store with a spool is put together from. */
export interface SpoolOptions {
  /** Opens the store that takes the writes while the server is away; called at the first of them. */
  readonly openSpool: () => Store;
  /** Told once, when writes begin to go to the spool. */
  readonly onAway?: (error: TidemarkError, spool: Store) => void;
  /** Called once the spool was closed. */
  readonly onClosed?: () => void;
}

/**
 * A store whose writes go to a spool from the moment that its server is away, so that a training goes
 * on. `copyStore(spool, server)` replays them, also those of a run that was begun on the server: the
 * spool holds it under the same id, with nothing but what was written there. Once away, a handle stays
 * away until it is opened again: so what belongs to one run is never in the wrong order.
 *
 * Reads are the server's; once writes go to the spool they are the spool's, with the experiments that
 * were seen before. The registry is the server's alone. A write about a run that this handle has not
 * seen fails as without a spool: nobody knows which experiment it would be brought back to.
 */
export function withSpool(server: Store, options: SpoolOptions): Store {
  return new SpoolStore(server, options);
}

class SpoolStore implements Store {
  readonly uri: string;
  readonly #server: Store;
  readonly #options: SpoolOptions;
  readonly #artifacts: ArtifactStore;
  #spool: Store | undefined;
  #awayError: TidemarkError | undefined;
  #closed = false;
  /** What was seen on the server: what the spool has to hold before something is written about it. */
  readonly #experiments = new Map<ExperimentId, Experiment>();
  readonly #runs = new Map<RunId, Run>();
  readonly #models = new Map<LoggedModelId, LoggedModel>();
  /** What is being brought into the spool, by id. */
  readonly #brought = new Map<string, Promise<unknown>>();

  constructor(server: Store, options: SpoolOptions) {
    this.uri = server.uri;
    this.#server = server;
    this.#options = options;
    this.#artifacts = {
      write: (owner, path, content) => {
        const replayable = content instanceof Uint8Array ? content : new ReplayableBytes(content);
        return this.#write(
          (store) => store.artifacts.write(owner, path, replayable),
          (spool) =>
            owner.kind === 'run'
              ? this.#bringRun(spool, owner.runId)
              : this.#bringModel(spool, owner.modelId),
        );
      },
      read: (owner, path) => this.#current.artifacts.read(owner, path),
      list: (owner, path) => this.#current.artifacts.list(owner, path),
    };
  }

  get capabilities(): StoreCapabilities {
    return this.#server.capabilities;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get artifacts(): ArtifactStore {
    this.#assertOpen();
    return this.#artifacts;
  }

  get registry(): RegistryStore {
    this.#assertOpen();
    return this.#server.registry;
  }

  async createExperiment(draft: ExperimentDraft): Promise<Experiment> {
    const created = await this.#write((store) => store.createExperiment(draft));
    this.#experiments.set(created.experimentId, created);
    return created;
  }

  async createRun(draft: RunDraft): Promise<Run> {
    // With an id of its own the run can be asked for twice, and is one when the first answer was lost.
    const runId = draft.runId ?? (this.capabilities.keepsIds ? newRunId() : undefined);
    const created = await this.#write(async (store) => {
      const experimentId = await this.#experimentIn(store, draft.experimentId);
      return store.createRun({ ...draft, experimentId, ...(runId === undefined ? {} : { runId }) });
    });
    this.#runs.set(created.runId, created);
    return created;
  }

  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    const modelId = draft.modelId ?? (this.capabilities.keepsIds ? newLoggedModelId() : undefined);
    const created = await this.#write(async (store) => {
      const experimentId = await this.#experimentIn(store, draft.experimentId);
      const ids = modelId === undefined ? { experimentId } : { experimentId, modelId };
      return store.createLoggedModel({ ...draft, ...ids });
    });
    this.#models.set(created.modelId, created);
    return created;
  }

  append(events: readonly StoreEvent[]): Promise<void> {
    return this.#write(
      (store) => store.append(events),
      async (spool) => {
        for (const event of events) await this.#bringSubject(spool, event);
      },
    );
  }

  /** Also goes to the spool when the server is away: it is how a run begins. */
  async experiments(): Promise<Experiment[]> {
    const found = await this.#write(async (store) => {
      const there = await store.experiments();
      if (store === this.#server) return there;
      const seen = [...this.#experiments.values()];
      const names = new Set(seen.map(({ name }) => name));
      return [...seen, ...there.filter(({ name }) => !names.has(name))];
    });
    for (const experiment of found) this.#experiments.set(experiment.experimentId, experiment);
    return found;
  }

  async runs(selection: RunSelection): Promise<Run[]> {
    const found = await this.#read((store) => store.runs(selection));
    if (this.#spool === undefined) for (const run of found) this.#runs.set(run.runId, run);
    return found;
  }

  async findRuns(query: RunQuery): Promise<Run[]> {
    return this.#read(async (store) => {
      if (store.findRuns !== undefined) return store.findRuns(query);
      return pickRuns(await store.runs({}), query);
    });
  }

  async loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]> {
    const found = await this.#read((store) => store.loggedModels(selection));
    if (this.#spool === undefined)
      for (const model of found) this.#models.set(model.modelId, model);
    return found;
  }

  metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    return this.#read((store) => store.metricHistory(runId, key));
  }

  runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    return this.#read((store) => store.runStateDigest(runId, through));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#spool !== undefined) {
      await this.#spool.close();
      this.#options.onClosed?.();
    }
    await this.#server.close();
  }

  get #current(): Store {
    return this.#spool ?? this.#server;
  }

  /** Writes to the server; when it is away, and from then on, to the spool. */
  async #write<Result>(
    write: (store: Store) => Promise<Result>,
    prepare: (spool: Store) => Promise<unknown> = async () => {},
  ): Promise<Result> {
    this.#assertOpen();
    if (this.#spool === undefined) {
      try {
        return await write(this.#server);
      } catch (error) {
        if (!isAway(error)) throw error;
        this.#goAway(error);
      }
    }
    const spool = this.#current;
    await prepare(spool);
    return write(spool);
  }

  /** Reads where writes go. That a read fails does not make anything go to the spool. */
  async #read<Result>(read: (store: Store) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    return read(this.#current);
  }

  #goAway(error: TidemarkError): void {
    // Of several calls under way only the first to fail opens the spool.
    if (this.#spool !== undefined) return;
    this.#spool = this.#options.openSpool();
    this.#awayError = error;
    this.#options.onAway?.(error, this.#spool);
  }

  async #bringSubject(spool: Store, event: StoreEvent): Promise<void> {
    const of = 'owner' in event ? event.owner : event;
    if ('run' in of && of.run !== undefined) await this.#bringRun(spool, of.run);
    if ('model' in of && of.model !== undefined) await this.#bringModel(spool, of.model);
  }

  /** The id that an experiment has in a store: in the spool it is made under its name when it lacks. */
  async #experimentIn(store: Store, experimentId: ExperimentId): Promise<ExperimentId> {
    const seen = this.#experiments.get(experimentId);
    if (store === this.#server || seen === undefined) return experimentId;
    const there = (await store.experiments()).find(({ name }) => name === seen.name);
    if (there !== undefined) return there.experimentId;
    const { name, creationTimeMs } = seen;
    return (await store.createExperiment({ experimentId, name, creationTimeMs })).experimentId;
  }

  /** Begins a run of the server in the spool: without its tags, which others may change meanwhile. */
  #bringRun(spool: Store, runId: RunId): Promise<unknown> {
    const seen = this.#runs.get(runId);
    return this.#bring(runId, async () => {
      if ((await spool.runs({ runIds: [runId] })).length > 0) return;
      if (seen === undefined) throw this.#awayError;
      const experimentId = await this.#experimentIn(spool, seen.experimentId);
      const { name, userId, startTimeMs } = seen;
      await spool.createRun({ runId, experimentId, name, userId, startTimeMs });
    });
  }

  #bringModel(spool: Store, modelId: LoggedModelId): Promise<unknown> {
    const seen = this.#models.get(modelId);
    return this.#bring(modelId, async () => {
      if (seen === undefined || (await spool.loggedModels({ modelIds: [modelId] })).length > 0) {
        return;
      }
      const experimentId = await this.#experimentIn(spool, seen.experimentId);
      const { name, creationTimeMs, sourceRunId } = seen;
      await spool.createLoggedModel({
        modelId,
        experimentId,
        name,
        creationTimeMs,
        ...(sourceRunId === undefined ? {} : { sourceRunId }),
      });
    });
  }

  #bring(id: string, bring: () => Promise<unknown>): Promise<unknown> {
    let brought = this.#brought.get(id);
    if (brought === undefined) {
      brought = bring().catch((error: unknown) => {
        this.#brought.delete(id);
        throw error;
      });
      this.#brought.set(id, brought);
    }
    return brought;
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new TidemarkError('STORE_CLOSED', `The store ${this.uri} was closed; open it again.`);
  }
}

/** The answers that say: later. Those of a proxy in front of a server that is not there, too. */
const AWAY_STATUSES: ReadonlySet<unknown> = new Set([408, 429, 502, 503, 504]);

function isAway(error: unknown): error is TidemarkError {
  if (isTidemarkError(error, 'SERVER_UNREACHABLE')) return true;
  return isTidemarkError(error, 'SERVER_FAILED') && AWAY_STATUSES.has(error.details.status);
}
