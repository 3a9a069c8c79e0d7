import { TidemarkError } from '../errors.ts';
import { acceptedEvents } from '../events/assert-event.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { bucketPieces } from '../fold/bucket-pieces.ts';
import { metricColumns } from '../fold/metric-columns.ts';
import { isMetricEvent } from '../fold/metric-points.ts';
import { PointColumns } from '../fold/point-columns.ts';
import { RunFold } from '../fold/run-fold.ts';
import type { ArtifactAddress, ArtifactOwner } from '../model/artifact.ts';
import type { BucketColumns } from '../model/bucket-columns.ts';
import type { Experiment } from '../model/experiment.ts';
import { type LoggedModelId, newLoggedModelId, newRunId, type RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { MetricPoint } from '../model/metric.ts';
import { assertBuckets, type BucketOptions } from '../model/metric-bucket.ts';
import type { MetricColumns } from '../model/metric-columns.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { RunStateDigest } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { ArtifactStore } from '../port/artifact-store.ts';
import { assertPort } from '../port/assert-port.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import type {
  ExperimentDraft,
  LoggedModelDraft,
  LoggedModelSelection,
  RunDraft,
  RunSelection,
  Store,
  StoreCapabilities,
} from '../port/store.ts';
import type { RunQuery } from '../query/run-query.ts';
import { answerRunQuery, countMatchingRuns } from '../state/answer-run-query.ts';
import { latestStamps } from '../state/latest-stamps.ts';
import { refuseDeleted } from '../state/refuse-deleted.ts';
import {
  isMetricPurged,
  isPurged,
  refusePurged,
  refusePurgedExperiment,
  refusePurgedFile,
} from '../state/refuse-purged.ts';
import { RunReading } from '../state/run-reading.ts';
import type { StoreState } from '../state/store-state.ts';
import { digestOfEvents } from './digest-of-events.ts';
import type { EventLog } from './event-log.ts';
import { assertNameFree, freeExperimentId, givesName, nameTaken } from './experiment-names.ts';
import { guardedArtifacts } from './guarded-artifacts.ts';
import { experimentViews, loggedModelViews, runViews } from './selected-views.ts';

/** The parts of an event store. */
export interface EventStoreParts {
  readonly uri: string;
  readonly capabilities: StoreCapabilities;
  readonly log: EventLog;
  readonly artifacts: ArtifactStore;
  readonly registry: RegistryStore;
}

/** The capabilities of every event store, except `durable`, which depends on its log. */
export const EVENT_STORE_CAPABILITIES: Omit<StoreCapabilities, 'durable'> = {
  registryChain: true,
  registryEvidence: true,
  keepsIds: true,
  artifactDigests: true,
  artifactReferences: true,
  pastDigests: true,
  everyNumber: true,
};

/** A store that writes a log of events and reads their fold. */
export class EventStore implements Store {
  readonly uri: string;
  readonly capabilities: StoreCapabilities;
  readonly #artifacts: ArtifactStore;
  readonly #registry: RegistryStore;
  readonly #log: EventLog;
  #closed = false;

  constructor(parts: EventStoreParts) {
    this.uri = parts.uri;
    this.capabilities = parts.capabilities;
    this.#artifacts = guardedArtifacts(parts.artifacts, (owner, path) =>
      this.#log.known((state) => {
        refusePurgedExperiment(state, owner.experimentId);
        refusePurgedFile(state, addressOf(owner), path);
      }),
    );
    this.#registry = parts.registry;
    this.#log = parts.log;
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

  async createExperiment(draft: ExperimentDraft): Promise<Experiment> {
    assertPort('createExperiment', draft);
    const claims = this.#log.claimsExperiment !== undefined;
    // The check and the write are one step, so that of two concurrent calls only one finds the name free.
    const experimentId = await this.#read((state) => {
      assertNameFree(state, draft.name);
      // Purged experiments have no view, but their ids are never used again.
      const id = freeExperimentId(draft, new Set<string>(state.experiments.keys()));
      this.#append([
        {
          kind: 'experiment-created',
          experiment: id,
          name: draft.name,
          timeMs: draft.creationTimeMs,
          ...(claims || draft.tags === undefined ? {} : { tags: draft.tags }),
        },
      ]);
      return id;
    });
    const created = async (): Promise<Experiment> => {
      const view = await this.#read(({ experiments }) => experiments.get(experimentId)?.view());
      return present(view, this.uri);
    };
    if (!claims) return created();
    // Another process created it at the same time. The events of this call equal theirs.
    if (this.#log.claimsExperiment?.(experimentId) === false) throw nameTaken(await created());
    if (draft.tags !== undefined && Object.keys(draft.tags).length > 0) {
      const { creationTimeMs: timeMs, tags } = draft;
      this.#append([{ kind: 'experiment-updated', experiment: experimentId, timeMs, tags }]);
    }
    return created();
  }

  async createRun(draft: RunDraft): Promise<Run> {
    assertPort('createRun', draft);
    const run = draft.runId ?? newRunId();
    const created = {
      kind: 'run-created',
      run,
      experiment: draft.experimentId,
      name: draft.name,
      user: draft.userId,
      timeMs: draft.startTimeMs,
      ...(draft.tags === undefined ? {} : { tags: draft.tags }),
      ...(draft.remote === true ? { remote: true as const } : {}),
    } as const;
    this.#refuseNow(created);
    this.#append([created]);
    if (draft.runId !== undefined) return this.#arrived(draft.runId);
    // A new id has no other events, so its state is the fold of this one.
    const fold = new RunFold(run);
    fold.apply(created, { stampUs: 0, writer: '', position: 0 });
    return present(fold.view(), this.uri);
  }

  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    assertPort('createLoggedModel', draft);
    const model = draft.modelId ?? newLoggedModelId();
    const created = {
      kind: 'model-created',
      model,
      experiment: draft.experimentId,
      name: draft.name,
      timeMs: draft.creationTimeMs,
      ...(draft.modelType === undefined ? {} : { type: draft.modelType }),
      ...(draft.sourceRunId === undefined ? {} : { run: draft.sourceRunId }),
      ...(draft.params === undefined ? {} : { params: draft.params }),
      ...(draft.tags === undefined ? {} : { tags: draft.tags }),
    } as const;
    this.#refuseNow(created);
    this.#append([created]);
    const view = await this.#read(({ loggedModels }) => loggedModels.get(model)?.view());
    return present(view, this.uri);
  }

  /** @throws EXPERIMENT_EXISTS for a new name that another experiment has, and the errors of the port */
  async append(given: readonly StoreEvent[]): Promise<void> {
    const events = acceptedEvents(given);
    if (!events.some(givesName)) return this.#appendAccepted(events);
    await this.#read((state) => {
      for (const event of events) {
        if (givesName(event)) assertNameFree(state, event.name, event.experiment);
      }
      this.#appendAccepted(events);
    });
  }

  flush(): void {
    if (!this.#closed) this.#log.flush?.();
  }

  async experiments(): Promise<Experiment[]> {
    return this.#read(experimentViews);
  }

  async runs(selection: RunSelection): Promise<Run[]> {
    assertPort('runs', selection);
    return this.#read((state) => runViews(state, this.#reading(state), selection));
  }

  async findRuns(query: RunQuery): Promise<Run[]> {
    return this.#read((state) => answerRunQuery(state, this.#reading(state), query));
  }

  async countRuns(query: RunQuery): Promise<number> {
    return this.#read((state) => countMatchingRuns(state, this.#reading(state), query));
  }

  async loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]> {
    assertPort('loggedModels', selection);
    return this.#read((state) => loggedModelViews(state, selection));
  }

  async metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    assertArguments({ runId, key }, 'metricHistory', { runId: 'string', key: 'string' });
    this.#assertOpen();
    return (await this.#columnsOf(runId, key)).points(key);
  }

  async historyColumns(runId: RunId, key: string): Promise<MetricColumns> {
    assertArguments({ runId, key }, 'historyColumns', { runId: 'string', key: 'string' });
    this.#assertOpen();
    return (await this.#columnsOf(runId, key)).of(runId, key);
  }

  async bucketColumnsOf(
    runIds: readonly RunId[],
    key: string,
    options: BucketOptions,
  ): Promise<BucketColumns[]> {
    assertBuckets(runIds, key, options, 'bucketColumnsOf');
    this.#assertOpen();
    if (this.#log.bucketsOf === undefined) {
      const found: BucketColumns[] = [];
      for (const runId of runIds) {
        found.push(bucketPieces([await this.#columnsOf(runId, key)], options));
      }
      return found;
    }
    const found = await this.#log.bucketsOf(runIds, key, options);
    const gone = await this.#read((state) => runIds.map((id) => isMetricPurged(state, id, key)));
    return found.map((buckets, place) => (gone[place] ? bucketPieces([], options) : buckets));
  }

  async *metricColumns(isWanted?: (runId: RunId) => boolean): AsyncGenerator<MetricColumns> {
    this.#assertOpen();
    await this.#read(() => {});
    for await (const { runId, key, columns } of this.#log.allPoints(isWanted)) {
      const isThere = this.#log.known(
        (state) =>
          state.standingOf(runId)?.created !== undefined && !isMetricPurged(state, runId, key),
      );
      if (!isThere) continue;
      yield columns.of(runId, key);
    }
  }

  async runMarks(): Promise<ReadonlyMap<RunId, string>> {
    this.#assertOpen();
    return this.#log.runMarks();
  }

  async eventMark(): Promise<string> {
    this.#assertOpen();
    return this.#log.mark();
  }

  async runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    assertArguments({ runId, through }, 'runStateDigest', { runId: 'string', through: 'record?' });
    this.#assertOpen();
    const digest = digestOfEvents(runId, await this.#log.eventsOf(runId), through);
    const isGone = await this.#read((state) => isPurged(state, runId));
    if (digest !== undefined && !isGone) return digest;
    throw new TidemarkError('RUN_NOT_FOUND', `No run has the id ${runId}. Check the id.`, {
      details: { runId },
    });
  }

  async isPurged(id: RunId | LoggedModelId): Promise<boolean> {
    return this.#read((state) => isPurged(state, id));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#log.close();
  }

  async #columnsOf(runId: RunId, key: string): Promise<PointColumns> {
    const columns =
      this.#log.pointsOf === undefined
        ? metricColumns(
            (await this.#log.eventsOf(runId)).map(({ event }) => event).filter(isMetricEvent),
            key,
          )
        : await this.#log.pointsOf(runId, key);
    const isGone = await this.#read((state) => isMetricPurged(state, runId, key));
    return isGone ? new PointColumns() : columns;
  }

  /** Reads a run whose creator chose the id: other writers may have written to it before. */
  async #arrived(runId: RunId): Promise<Run> {
    const [run] = await this.runs({ runIds: [runId] });
    if (run !== undefined) return run;
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `The run ${runId} was purged from ${this.uri}, and its id is never used again. Leave the id out.`,
      { details: { runId } },
    );
  }

  #reading({ experiments }: StoreState): RunReading {
    return new RunReading(experiments, (writers) => this.#log.whyLost?.(writers));
  }

  #append(events: readonly StoreEvent[]): void {
    this.#appendAccepted(acceptedEvents(events));
  }

  /**
   * `refuse` with the deletions and purges of all other writers, before something is created. @throws the errors of
   * `refuse`
   */
  #refuseNow(event: StoreEvent): void {
    this.#assertOpen();
    this.#log.current((state) => refuse(state, [event]));
  }

  #appendAccepted(events: readonly StoreEvent[]): void {
    this.#assertOpen();
    if (events.length === 0) return;
    const after = this.#log.known((state) => {
      refuse(state, events);
      return latestStamps(state, events);
    });
    this.#log.append(events, after);
  }

  #read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer> {
    this.#assertOpen();
    return this.#log.read(ask);
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new TidemarkError('STORE_CLOSED', `The store ${this.uri} was closed. Open it again.`);
  }
}

/**
 * @throws RUN_DELETED, EXPERIMENT_DELETED, PURGED; RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND or EXPERIMENT_NOT_FOUND for
 * things that were purged as a whole
 */
function refuse(state: StoreState, events: readonly StoreEvent[]): void {
  refusePurged(state, events);
  refuseDeleted(state, events);
}

function addressOf(owner: ArtifactOwner): ArtifactAddress['owner'] {
  return owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId };
}

/**
 * Returns the view of something that was just written. It is missing only if another process removed the store
 * meanwhile.
 */
function present<View>(view: View | undefined, uri: string): View {
  if (view !== undefined) return view;
  throw new TidemarkError(
    'STORE_NOT_FOUND',
    `The store ${uri} was removed during a write. Restore it, or open a new one.`,
  );
}
