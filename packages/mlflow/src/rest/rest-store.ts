import {
  type ArtifactStore,
  assertEvent,
  type Experiment,
  type ExperimentDraft,
  type ExperimentId,
  isTidemarkError,
  type LoggedModel,
  type LoggedModelDraft,
  type LoggedModelSelection,
  type MetricPoint,
  parseExperimentId,
  type RegistryStore,
  type Run,
  type RunDraft,
  type RunId,
  type RunQuery,
  type RunSelection,
  type RunStateDigest,
  runStateDigest,
  type Store,
  type StoreCapabilities,
  type StoreEvent,
  TidemarkError,
} from '@tidemark/core';
import { z } from 'zod';
import { type AppendCall, appendCalls, unsupported } from './append-calls.ts';
import { RestArtifacts } from './rest-artifacts.ts';
import { RestClient, type RestClientOptions } from './rest-client.ts';
import { createRestExperiment, readRestExperiments } from './rest-experiments.ts';
import {
  createRestLoggedModel,
  readRestLoggedModels,
  readRestLoggedModelsOf,
} from './rest-logged-models.ts';
import { RestRegistry } from './rest-registry.ts';
import {
  createRestRun,
  findRestRuns,
  readRestHistory,
  readRestRuns,
  readRestRunsOf,
} from './rest-runs.ts';

/** Where the server is, who asks, and how requests are repeated. */
export type RestStoreOptions = RestClientOptions;

/**
 * Opens the store behind a server that speaks MLflow's REST API: Tidemark, MLflow or Databricks. No
 * request is made before the first call. Works in a browser.
 * @throws STORE_URI_UNSUPPORTED when `uri` is not an http: or https: address
 */
export function openRestStore(options: RestStoreOptions): RestStore {
  return new RestStore(new RestClient(options));
}

/** What MLflow's protocol can carry. */
const PROTOCOL_CAPABILITIES: StoreCapabilities = {
  durable: true,
  registryChain: false,
  registryEvidence: false,
  keepsIds: false,
  artifactDigests: false,
  artifactReferences: false,
  pastDigests: false,
  everyNumber: false,
};

/** What it can carry when a Tidemark server answers. */
const TIDEMARK_CAPABILITIES: StoreCapabilities = {
  ...PROTOCOL_CAPABILITIES,
  keepsIds: true,
  artifactDigests: true,
  everyNumber: true,
};

/** A store behind HTTP. One `append` is several requests, and may fail half-way; it may be repeated. */
export class RestStore implements Store {
  readonly uri: string;
  readonly #client: RestClient;
  readonly #artifacts: ArtifactStore;
  readonly #registry: RegistryStore;
  #server: Promise<boolean> | undefined;
  #isTidemark = false;
  #closed = false;

  constructor(client: RestClient) {
    this.uri = client.baseUrl;
    this.#client = client;
    this.#artifacts = new RestArtifacts(client);
    this.#registry = new RestRegistry(client);
  }

  /** Those of MLflow's protocol, and more once a Tidemark server has answered `experiments()`. */
  get capabilities(): StoreCapabilities {
    return this.#isTidemark ? TIDEMARK_CAPABILITIES : PROTOCOL_CAPABILITIES;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws STORE_CLOSED */
  get artifacts(): ArtifactStore {
    this.#assertOpen();
    return this.#artifacts;
  }

  /** @throws STORE_CLOSED */
  get registry(): RegistryStore {
    this.#assertOpen();
    return this.#registry;
  }

  /** The time of creation is the server's. @throws EXPERIMENT_EXISTS, SERVER_UNREACHABLE */
  async createExperiment(draft: ExperimentDraft): Promise<Experiment> {
    return createRestExperiment(this.#open, draft);
  }

  /** @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED, CAPABILITY_MISSING, SERVER_UNREACHABLE */
  async createRun(draft: RunDraft): Promise<Run> {
    if (draft.runId !== undefined) await this.#assertKeepsIds();
    return createRestRun(this.#open, draft);
  }

  /** The time of creation is the server's. @throws EXPERIMENT_NOT_FOUND, CAPABILITY_MISSING, SERVER_UNREACHABLE */
  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    if (draft.modelId !== undefined) await this.#assertKeepsIds();
    return createRestLoggedModel(this.#open, draft);
  }

  /**
   * Sends events as MLflow's calls, one after the other; those before a failing one were done. Sending
   * them all again does no harm.
   * @throws CAPABILITY_MISSING, PARAM_CONFLICT, RUN_DELETED, RUN_NOT_FOUND, SERVER_UNREACHABLE
   */
  async append(events: readonly StoreEvent[]): Promise<void> {
    this.#assertOpen();
    events.forEach(assertEvent);
    for (const call of appendCalls(events)) await this.#appendCall(call);
  }

  async experiments(): Promise<Experiment[]> {
    await this.#askServer();
    return readRestExperiments(this.#open);
  }

  async runs({ runIds, experimentIds }: RunSelection): Promise<Run[]> {
    const found =
      runIds === undefined
        ? await readRestRunsOf(this.#open, experimentIds ?? (await this.#experimentIds()))
        : await readRestRuns(this.#open, [...new Set(runIds)]);
    return found
      .filter((run) => experimentIds === undefined || experimentIds.includes(run.experimentId))
      .sort((a, b) => b.startTimeMs - a.startTimeMs || (a.runId < b.runId ? -1 : 1));
  }

  /** The server answers what it understands of the query; the rest is done here. */
  async findRuns(query: RunQuery): Promise<Run[]> {
    const isTidemark = await this.#askServer();
    const experimentIds =
      query.experimentIds?.map(parseExperimentId) ?? (await this.#experimentIds());
    return findRestRuns(this.#open, query, { isTidemark, experimentIds });
  }

  /** Without ids, live ones only: the protocol cannot search for deleted ones. */
  async loggedModels({ modelIds, experimentIds }: LoggedModelSelection): Promise<LoggedModel[]> {
    const found =
      modelIds === undefined
        ? await readRestLoggedModelsOf(this.#open, experimentIds ?? (await this.#experimentIds()))
        : await readRestLoggedModels(this.#open, [...new Set(modelIds)]);
    return found
      .filter((model) => experimentIds === undefined || experimentIds.includes(model.experimentId))
      .sort((a, b) => b.creationTimeMs - a.creationTimeMs || (a.modelId < b.modelId ? -1 : 1));
  }

  async metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    return readRestHistory(this.#open, runId, key);
  }

  /**
   * Of the state that the server gives now; `through` is empty, for the protocol tells no events.
   * @throws RUN_NOT_FOUND; CAPABILITY_MISSING for a digest as of an earlier moment
   */
  async runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    if (through !== undefined && Object.keys(through).length > 0) {
      throw unsupported('say what a run was like at an earlier moment');
    }
    const [run] = await readRestRuns(this.#open, [runId]);
    if (run !== undefined) return { sha256: runStateDigest(run), through: {} };
    throw new TidemarkError('RUN_NOT_FOUND', `No run has the id ${runId}.`, { details: { runId } });
  }

  /** Nothing is held open; every acknowledged write is on the server. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  async #experimentIds(): Promise<ExperimentId[]> {
    return (await this.experiments()).map(({ experimentId }) => experimentId);
  }

  async #appendCall({ goneIsFine, ...request }: AppendCall): Promise<void> {
    try {
      await this.#client.call(request, z.unknown());
    } catch (error) {
      const isGone = isTidemarkError(error) && /_NOT_FOUND$/.test(error.code);
      if (goneIsFine !== true || !isGone || !/no tag/i.test(error.message)) throw error;
    }
  }

  async #assertKeepsIds(): Promise<void> {
    if (await this.#askServer()) return;
    throw unsupported('create something under an id that is given');
  }

  /** Whether the server is Tidemark's: it says so among what it tells of itself. */
  #askServer(): Promise<boolean> {
    this.#server ??= this.#open
      .probe('/api/3.0/mlflow/server-info')
      .then(({ status, json }) => {
        // Older servers and Databricks have no such page.
        const info = z.object({ tidemark: z.string() }).safeParse(json);
        this.#isTidemark = status === 200 && info.success;
        return this.#isTidemark;
      })
      .catch((error: unknown) => {
        this.#server = undefined;
        throw error;
      });
    return this.#server;
  }

  /** @throws STORE_CLOSED */
  get #open(): RestClient {
    this.#assertOpen();
    return this.#client;
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new TidemarkError('STORE_CLOSED', `The store ${this.uri} was closed; open it again.`);
  }
}
