import {
  type ArtifactStore,
  acceptedEvents,
  assertArguments,
  assertBuckets,
  assertPort,
  type BucketColumns,
  type BucketOptions,
  type Experiment,
  type ExperimentDraft,
  type ExperimentId,
  isTidemarkError,
  type LoggedModel,
  type LoggedModelDraft,
  type LoggedModelId,
  type LoggedModelPoint,
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
import { type AppendCall, unsupported } from './append-call.ts';
import { callsOfEvents } from './calls-of-events.ts';
import { RestArtifacts } from './rest-artifacts.ts';
import { readRestBuckets } from './rest-buckets.ts';
import { RestClient, type RestClientOptions } from './rest-client.ts';
import { createRestExperiment, readRestExperiments } from './rest-experiments.ts';
import {
  createRestLoggedModel,
  readRestLoggedModels,
  readRestLoggedModelsOf,
  readRestModelPoints,
  readRestModelPointsOf,
} from './rest-logged-models.ts';
import { RestRegistry } from './rest-registry.ts';
import {
  createRestRun,
  findRestRuns,
  readRestHistory,
  readRestRuns,
  readRestRunsOf,
} from './rest-runs.ts';

/** Options of `openRestStore`: the address of the server, credentials, and retries. */
export type RestStoreOptions = RestClientOptions;

/**
 * Opens the store behind a server with MLflow's REST API: Tidemark, MLflow or Databricks. It sends no request
 * before the first call. Works in a browser.
 * @throws STORE_URI_UNSUPPORTED when `uri` is not an http: or https: address
 *
 * @example
 * ```ts
 * import { searchRuns } from '@tidemark/core';
 *
 * const store = openRestStore({ uri: 'http://127.0.0.1:5000', token: 'secret' });
 * const { runs } = await searchRuns(store, { filter: 'metrics.loss < 0.1' });
 * await store.close();
 * ```
 */
export function openRestStore(options: RestStoreOptions): RestStore {
  assertArguments({ options }, 'openRestStore', { options: 'record' });
  assertArguments(options, 'openRestStore', { uri: 'string' });
  return new RestStore(new RestClient(options));
}

/** The capabilities of MLflow's protocol. */
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

/** The capabilities with a Tidemark server. */
const TIDEMARK_CAPABILITIES: StoreCapabilities = {
  ...PROTOCOL_CAPABILITIES,
  keepsIds: true,
  artifactDigests: true,
  everyNumber: true,
};

/** A store behind HTTP. One `append` is several requests and may fail in the middle. You can safely retry it. */
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
    this.#registry = new RestRegistry(client, () => this.#askServer());
  }

  /** The capabilities of MLflow's protocol, and more after a Tidemark server has answered `experiments()`. */
  get capabilities(): StoreCapabilities {
    return this.#isTidemark ? TIDEMARK_CAPABILITIES : PROTOCOL_CAPABILITIES;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The artifacts of the server. @throws STORE_CLOSED */
  get artifacts(): ArtifactStore {
    this.#assertOpen();
    return this.#artifacts;
  }

  /** The registered models of the server. @throws STORE_CLOSED */
  get registry(): RegistryStore {
    this.#assertOpen();
    return this.#registry;
  }

  /** Creates an experiment. The server sets its creation time. @throws EXPERIMENT_EXISTS, SERVER_UNREACHABLE */
  async createExperiment(draft: ExperimentDraft): Promise<Experiment> {
    assertPort('createExperiment', draft);
    return createRestExperiment(this.#open, draft);
  }

  /** Creates a run. @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED, CAPABILITY_MISSING, SERVER_UNREACHABLE */
  async createRun(draft: RunDraft): Promise<Run> {
    assertPort('createRun', draft);
    if (draft.runId !== undefined) await this.#assertKeepsIds();
    return createRestRun(this.#open, draft);
  }

  /**
   * Creates a logged model. The server sets its creation time.
   * @throws EXPERIMENT_NOT_FOUND, CAPABILITY_MISSING, SERVER_UNREACHABLE
   */
  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    assertPort('createLoggedModel', draft);
    if (draft.modelId !== undefined) await this.#assertKeepsIds();
    return createRestLoggedModel(this.#open, draft);
  }

  /**
   * Sends events as MLflow's calls, one after the other. If one fails, the calls before it stay done. You can
   * safely send all events again.
   * @throws CAPABILITY_MISSING, PARAM_CONFLICT, RUN_DELETED, RUN_NOT_FOUND, SERVER_UNREACHABLE
   */
  async append(events: readonly StoreEvent[]): Promise<void> {
    this.#assertOpen();
    for (const call of callsOfEvents(acceptedEvents(events))) await this.#appendCall(call);
  }

  async experiments(): Promise<Experiment[]> {
    await this.#askServer();
    return readRestExperiments(this.#open);
  }

  async runs(selection: RunSelection): Promise<Run[]> {
    assertPort('runs', selection);
    const { runIds, experimentIds } = selection;
    const found =
      runIds === undefined
        ? await readRestRunsOf(this.#open, experimentIds ?? (await this.#experimentIds()))
        : await readRestRuns(this.#open, [...new Set(runIds)]);
    return found
      .filter((run) => experimentIds === undefined || experimentIds.includes(run.experimentId))
      .sort((a, b) => b.startTimeMs - a.startTimeMs || (a.runId < b.runId ? -1 : 1));
  }

  /** Finds runs. The server answers the part of the query that it supports, and the rest is done here. */
  async findRuns(query: RunQuery): Promise<Run[]> {
    const isTidemark = await this.#askServer();
    const experimentIds =
      query.experimentIds?.map(parseExperimentId) ?? (await this.#experimentIds());
    return findRestRuns(this.#open, query, { isTidemark, experimentIds });
  }

  /**
   * Returns logged models. Without ids only those that are not deleted: the protocol cannot search for deleted
   * ones.
   */
  async loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]> {
    assertPort('loggedModels', selection);
    const { modelIds, experimentIds } = selection;
    const found =
      modelIds === undefined
        ? await readRestLoggedModelsOf(this.#open, experimentIds ?? (await this.#experimentIds()))
        : await readRestLoggedModels(this.#open, [...new Set(modelIds)]);
    return found
      .filter((model) => experimentIds === undefined || experimentIds.includes(model.experimentId))
      .sort((a, b) => b.creationTimeMs - a.creationTimeMs || (a.modelId < b.modelId ? -1 : 1));
  }

  async metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    assertArguments({ runId, key }, 'metricHistory', { runId: 'string', key: 'string' });
    return readRestHistory(this.#open, runId, key);
  }

  async bucketColumnsOf(
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Promise<BucketColumns[]> {
    assertBuckets(runIds, key, options, 'bucketColumnsOf');
    return readRestBuckets(this.#open, await this.#askServer(), { runIds, key, options });
  }

  /**
   * Returns points of logged models. Without ids only those of models that are not deleted, as in `loggedModels`.
   */
  async modelPoints(modelIds?: readonly LoggedModelId[]): Promise<LoggedModelPoint[]> {
    assertArguments({ modelIds }, 'modelPoints', { modelIds: 'strings?' });
    return modelIds === undefined
      ? readRestModelPointsOf(this.#open, await this.#experimentIds())
      : readRestModelPoints(this.#open, [...new Set(modelIds)]);
  }

  /**
   * Returns the digest of the current state. `through` is empty, because the protocol has no events.
   * @throws RUN_NOT_FOUND; CAPABILITY_MISSING for the digest at an earlier time
   */
  async runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    assertArguments({ runId, through }, 'runStateDigest', { runId: 'string', through: 'record?' });
    if (through !== undefined && Object.keys(through).length > 0) {
      throw unsupported('return the state of a run at an earlier moment');
    }
    const [run] = await readRestRuns(this.#open, [runId]);
    if (run !== undefined) return { sha256: runStateDigest(run), through: {} };
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `No run has the id ${runId}. Check the id, and the address of the server.`,
      { details: { runId } },
    );
  }

  /** Closes the store. Every acknowledged write is on the server. */
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
    throw unsupported('create something under an id of the caller');
  }

  /** Returns whether the server is Tidemark's, from its server info. */
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

  /** Returns the client. @throws STORE_CLOSED */
  get #open(): RestClient {
    this.#assertOpen();
    return this.#client;
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new TidemarkError('STORE_CLOSED', `The store ${this.uri} was closed. Open it again.`);
  }
}
