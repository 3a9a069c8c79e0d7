import {
  type ArtifactStore,
  assertEvent,
  compareMetricPoints,
  DEFAULT_EXPERIMENT_ID,
  type Experiment,
  type ExperimentDraft,
  isTidemarkError,
  type LoggedModel,
  type LoggedModelDraft,
  type LoggedModelSelection,
  type MetricPoint,
  newLoggedModelId,
  newRunId,
  parseExperimentId,
  type RegistryStore,
  type Run,
  type RunDraft,
  type RunId,
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
import { eachLimited } from './each-limited.ts';
import {
  ExperimentIdMessage,
  ExperimentResponse,
  fromExperimentMessage,
  SearchExperimentsResponse,
} from './messages/experiment.ts';
import { toKeyValueMessages } from './messages/key-value.ts';
import {
  fromLoggedModelMessage,
  LoggedModelResponse,
  SearchLoggedModelsResponse,
} from './messages/logged-model.ts';
import { fromMetricMessage, MetricHistoryResponse } from './messages/metric.ts';
import { fromRunMessage, RunResponse, SearchRunsResponse } from './messages/run.ts';
import { RestArtifacts } from './rest-artifacts.ts';
import { RestClient, type RestClientOptions, type RestRequest } from './rest-client.ts';
import { allPages } from './rest-pages.ts';
import { RestRegistry } from './rest-registry.ts';

/** Where the server is, who asks, and how requests are repeated. */
export type RestStoreOptions = RestClientOptions;

// Page sizes that every server of the protocol takes.
const EXPERIMENTS_PAGE = 1000;
const RUNS_PAGE = 1000;
const MODELS_PAGE = 50;
const HISTORY_PAGE = 25_000;
/** How many experiments one search names; more are searched in turn. */
const EXPERIMENTS_AT_ONCE = 100;

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
    const body = { name: draft.name, tags: toKeyValueMessages(draft.tags ?? {}) };
    const { experiment_id } = await this.#call(
      {
        method: 'POST',
        path: '/mlflow/experiments/create',
        body,
        subject: 'experiment',
        repeatable: false,
      },
      ExperimentIdMessage,
    );
    const answer = await this.#call(
      {
        method: 'GET',
        path: '/mlflow/experiments/get',
        query: { experiment_id },
        subject: 'experiment',
      },
      ExperimentResponse,
    );
    return fromExperimentMessage(answer.experiment);
  }

  /** @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED, SERVER_UNREACHABLE */
  async createRun(draft: RunDraft): Promise<Run> {
    const { runId, experimentId, name, userId, startTimeMs, tags = {} } = draft;
    assertEvent({
      kind: 'run-created',
      run: runId ?? newRunId(),
      experiment: experimentId,
      name,
      user: userId,
      timeMs: startTimeMs,
      tags,
    });
    if (runId !== undefined) await this.#assertKeepsIds();
    const { run } = await this.#call(
      {
        method: 'POST',
        path: '/mlflow/runs/create',
        body: {
          experiment_id: experimentId,
          user_id: userId,
          run_name: name,
          start_time: startTimeMs,
          tags: toKeyValueMessages(tags),
          tidemark_run_id: runId,
        },
        subject: 'run',
        // Under a given id, done twice is done once.
        repeatable: runId !== undefined,
      },
      RunResponse,
    );
    return fromRunMessage(run);
  }

  /** The time of creation is the server's. @throws EXPERIMENT_NOT_FOUND, SERVER_UNREACHABLE */
  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    const { modelId, params = {}, tags = {} } = draft;
    assertEvent({
      kind: 'model-created',
      model: modelId ?? newLoggedModelId(),
      experiment: draft.experimentId,
      name: draft.name,
      timeMs: draft.creationTimeMs,
      params,
      tags,
    });
    if (modelId !== undefined) await this.#assertKeepsIds();
    const { model } = await this.#call(
      {
        method: 'POST',
        path: '/mlflow/logged-models',
        body: {
          experiment_id: draft.experimentId,
          name: draft.name,
          model_type: draft.modelType,
          source_run_id: draft.sourceRunId,
          params: toKeyValueMessages(params),
          tags: toKeyValueMessages(tags),
          tidemark_model_id: modelId,
        },
        subject: 'logged-model',
        repeatable: modelId !== undefined,
      },
      LoggedModelResponse,
    );
    return fromLoggedModelMessage(model);
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
    const found = await allPages(
      (page_token) =>
        this.#call(
          {
            method: 'GET',
            path: '/mlflow/experiments/search',
            query: {
              max_results: EXPERIMENTS_PAGE,
              view_type: 'ALL',
              order_by: ['creation_time ASC', 'experiment_id ASC'],
              page_token,
            },
            subject: 'experiment',
          },
          SearchExperimentsResponse,
        ),
      ({ experiments }) => experiments,
    );
    const isDefault = ({ experimentId }: Experiment): number =>
      experimentId === DEFAULT_EXPERIMENT_ID ? 0 : 1;
    return found.map(fromExperimentMessage).sort((a, b) => isDefault(a) - isDefault(b));
  }

  async runs(selection: RunSelection): Promise<Run[]> {
    const { runIds, experimentIds } = selection;
    const found =
      runIds === undefined
        ? await this.#runsOf(experimentIds ?? (await this.#experimentIds()))
        : await this.#runsById([...new Set(runIds)]);
    return found
      .filter((run) => experimentIds === undefined || experimentIds.includes(run.experimentId))
      .sort((a, b) => b.startTimeMs - a.startTimeMs || (a.runId < b.runId ? -1 : 1));
  }

  /** Without ids, live ones only: the protocol cannot search for deleted ones. */
  async loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]> {
    const { modelIds, experimentIds } = selection;
    const found =
      modelIds === undefined
        ? await this.#modelsOf(experimentIds ?? (await this.#experimentIds()))
        : await this.#modelsById([...new Set(modelIds)]);
    return found
      .filter((model) => experimentIds === undefined || experimentIds.includes(model.experimentId))
      .sort((a, b) => b.creationTimeMs - a.creationTimeMs || (a.modelId < b.modelId ? -1 : 1));
  }

  async metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    const read = allPages(
      (page_token) =>
        this.#call(
          {
            method: 'GET',
            path: '/mlflow/metrics/get-history',
            query: { run_id: runId, metric_key: key, max_results: HISTORY_PAGE, page_token },
            subject: 'run',
          },
          MetricHistoryResponse,
        ),
      ({ metrics }) => metrics,
    );
    const messages = await read.catch(gone('RUN_NOT_FOUND', []));
    const points = messages.map(fromMetricMessage);
    points.sort((a, b) => a.timestampMs - b.timestampMs || compareMetricPoints(a, b));
    return points.filter(
      (point, at) => at === 0 || compareMetricPoints(points[at - 1] as MetricPoint, point) !== 0,
    );
  }

  /**
   * Of the state that the server gives now; `through` is empty, for the protocol tells no events.
   * @throws RUN_NOT_FOUND; CAPABILITY_MISSING for a digest as of an earlier moment
   */
  async runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    if (through !== undefined && Object.keys(through).length > 0) {
      throw unsupported('say what a run was like at an earlier moment');
    }
    const [run] = await this.#runsById([runId]);
    if (run === undefined) {
      throw new TidemarkError('RUN_NOT_FOUND', `No run has the id ${runId}.`, {
        details: { runId },
      });
    }
    return { sha256: runStateDigest(run), through: {} };
  }

  /** Nothing is held open; every acknowledged write is on the server. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  async #runsById(runIds: readonly RunId[]): Promise<Run[]> {
    const found = await eachLimited(runIds, (run_id) =>
      this.#call(
        { method: 'GET', path: '/mlflow/runs/get', query: { run_id }, subject: 'run' },
        RunResponse,
      ).catch(gone('RUN_NOT_FOUND', undefined)),
    );
    return found.flatMap((answer) => (answer === undefined ? [] : [fromRunMessage(answer.run)]));
  }

  async #runsOf(experimentIds: readonly Experiment['experimentId'][]): Promise<Run[]> {
    const runs: Run[] = [];
    for (const experiment_ids of groups(experimentIds)) {
      const messages = await allPages(
        (page_token) =>
          this.#call(
            {
              method: 'POST',
              path: '/mlflow/runs/search',
              body: { experiment_ids, run_view_type: 'ALL', max_results: RUNS_PAGE, page_token },
              subject: 'run',
            },
            SearchRunsResponse,
          ),
        (page) => page.runs,
      );
      runs.push(...messages.map(fromRunMessage));
    }
    return runs;
  }

  async #modelsById(modelIds: readonly LoggedModel['modelId'][]): Promise<LoggedModel[]> {
    const found = await eachLimited(modelIds, (modelId) =>
      this.#call(
        {
          method: 'GET',
          path: `/mlflow/logged-models/${encodeURIComponent(modelId)}`,
          query: { allow_deleted: true },
          subject: 'logged-model',
        },
        LoggedModelResponse,
      ).catch(gone('LOGGED_MODEL_NOT_FOUND', undefined)),
    );
    return found.flatMap((answer) =>
      answer === undefined ? [] : [fromLoggedModelMessage(answer.model)],
    );
  }

  async #modelsOf(experimentIds: readonly Experiment['experimentId'][]): Promise<LoggedModel[]> {
    const models: LoggedModel[] = [];
    for (const experiment_ids of groups(experimentIds)) {
      const messages = await allPages(
        (page_token) =>
          this.#call(
            {
              method: 'POST',
              path: '/mlflow/logged-models/search',
              body: { experiment_ids, max_results: MODELS_PAGE, page_token },
              subject: 'logged-model',
            },
            SearchLoggedModelsResponse,
          ),
        (page) => page.models,
      );
      models.push(...messages.map(fromLoggedModelMessage));
    }
    return models;
  }

  async #experimentIds(): Promise<Experiment['experimentId'][]> {
    return (await this.experiments()).map(({ experimentId }) => experimentId);
  }

  async #appendCall({ goneIsFine, ...request }: AppendCall): Promise<void> {
    try {
      await this.#call(request, z.unknown());
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
    this.#assertOpen();
    this.#server ??= this.#client
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

  async #call<Answer>(request: RestRequest, schema: z.ZodType<Answer>): Promise<Answer> {
    this.#assertOpen();
    return this.#client.call(request, schema);
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new TidemarkError('STORE_CLOSED', `The store ${this.uri} was closed; open it again.`);
  }
}

function gone<Value>(code: 'RUN_NOT_FOUND' | 'LOGGED_MODEL_NOT_FOUND', instead: Value) {
  return (error: unknown): Value => {
    if (isTidemarkError(error, code)) return instead;
    throw error;
  };
}

function groups(ids: readonly Experiment['experimentId'][]): Experiment['experimentId'][][] {
  const result: Experiment['experimentId'][][] = [];
  for (let at = 0; at < ids.length; at += EXPERIMENTS_AT_ONCE) {
    result.push(ids.slice(at, at + EXPERIMENTS_AT_ONCE).map(parseExperimentId));
  }
  return result;
}
