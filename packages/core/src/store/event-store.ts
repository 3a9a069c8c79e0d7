import { runStateDigest } from '../digest/run-state-digest.ts';
import { TidemarkError } from '../errors.ts';
import { assertEvent } from '../events/assert-event.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { metricHistory } from '../fold/metric-history.ts';
import { isMetricEvent } from '../fold/metric-points.ts';
import { type RunEvent, RunFold } from '../fold/run-fold.ts';
import type { Experiment } from '../model/experiment.ts';
import {
  type ExperimentId,
  experimentIdFromName,
  newLoggedModelId,
  newRunId,
  type RunId,
} from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { MetricPoint } from '../model/metric.ts';
import type { RunStateDigest } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import { findRuns, type RunQuery } from '../search/find-runs.ts';
import type { EventLog } from './event-log.ts';
import { isHistoryPurged } from './purged-history.ts';
import { refuseDeleted } from './refuse-deleted.ts';
import { refusePurged } from './refuse-purged.ts';
import { RunReading } from './run-reading.ts';
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
} from './store.ts';
import type { StoreState } from './store-state.ts';

/** What an event store is put together from. */
export interface EventStoreParts {
  readonly uri: string;
  readonly capabilities: StoreCapabilities;
  readonly log: EventLog;
  readonly artifacts: ArtifactStore;
  readonly registry: RegistryStore;
}

/** What every event store can do; whether it outlives the process depends on its log. */
export const EVENT_STORE_CAPABILITIES: Omit<StoreCapabilities, 'durable'> = {
  registryChain: true,
  registryEvidence: true,
  keepsIds: true,
  artifactDigests: true,
  artifactReferences: true,
  pastDigests: true,
  everyNumber: true,
};

/** A store whose truth is a log of events and whose reads are the fold of that log. */
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
    this.#artifacts = parts.artifacts;
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
    const existing = await this.experiments();
    // Purged ones have no view, and their ids are not given again.
    const taken = await this.#read(({ experiments }) => new Set<string>(experiments.keys()));
    const namesake = existing.find(({ name }) => name === draft.name);
    if (namesake !== undefined) throw nameTaken(namesake);
    const experimentId = freeExperimentId(draft, taken);
    this.#append([
      {
        kind: 'experiment-created',
        experiment: experimentId,
        name: draft.name,
        timeMs: draft.creationTimeMs,
        ...(draft.tags === undefined ? {} : { tags: draft.tags }),
      },
    ]);
    const view = await this.#read(({ experiments }) => experiments.get(experimentId)?.view());
    return present(view, this.uri);
  }

  async createRun(draft: RunDraft): Promise<Run> {
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
    this.#append([created]);
    if (draft.runId !== undefined) return this.#arrived(draft.runId);
    // A fresh id has no other events: its state is the fold of this one, and no log need be read.
    const fold = new RunFold(run);
    fold.apply(created, { stampUs: 0, writer: '', position: 0 });
    return present(fold.view(), this.uri);
  }

  async createLoggedModel(draft: LoggedModelDraft): Promise<LoggedModel> {
    const model = draft.modelId ?? newLoggedModelId();
    this.#append([
      {
        kind: 'model-created',
        model,
        experiment: draft.experimentId,
        name: draft.name,
        timeMs: draft.creationTimeMs,
        ...(draft.modelType === undefined ? {} : { type: draft.modelType }),
        ...(draft.sourceRunId === undefined ? {} : { run: draft.sourceRunId }),
        ...(draft.params === undefined ? {} : { params: draft.params }),
        ...(draft.tags === undefined ? {} : { tags: draft.tags }),
      },
    ]);
    const view = await this.#read(({ loggedModels }) => loggedModels.get(model)?.view());
    return present(view, this.uri);
  }

  async append(events: readonly StoreEvent[]): Promise<void> {
    this.#append(events);
  }

  flush(): void {
    if (!this.#closed) this.#log.flush?.();
  }

  async experiments(): Promise<Experiment[]> {
    return this.#read(({ experiments }) =>
      views([...experiments.values()].sort((a, b) => a.compareCreation(b))),
    );
  }

  async runs(selection: RunSelection): Promise<Run[]> {
    return this.#read((state) => {
      const reading = this.#reading(state);
      const runs: Run[] = [];
      for (const fold of selectedRuns(state, selection)) {
        const run = reading.view(fold);
        if (run === undefined || !includes(selection.experimentIds, run.experimentId)) continue;
        runs.push(run);
      }
      return runs.sort((a, b) => b.startTimeMs - a.startTimeMs || (a.runId < b.runId ? -1 : 1));
    });
  }

  async findRuns(query: RunQuery): Promise<Run[]> {
    return this.#read((state) => findRuns(state, this.#reading(state), query));
  }

  async loggedModels(selection: LoggedModelSelection): Promise<LoggedModel[]> {
    return this.#read(({ loggedModels, experiments }) =>
      views(selected(loggedModels, selection.modelIds))
        .filter(({ experimentId }) => includes(selection.experimentIds, experimentId))
        .filter(({ experimentId }) => experiments.get(experimentId)?.isPurged !== true)
        .sort((a, b) => b.creationTimeMs - a.creationTimeMs || (a.modelId < b.modelId ? -1 : 1)),
    );
  }

  async metricHistory(runId: RunId, key: string): Promise<MetricPoint[]> {
    this.#assertOpen();
    const events = (await this.#log.eventsOf(runId)).map(({ event }) => event);
    const isPurged = await this.#read(({ experiments }) =>
      isHistoryPurged(events, key, (id) => experiments.get(id)?.isPurged === true),
    );
    if (isPurged) return [];
    return metricHistory(events.filter(isMetricEvent), key);
  }

  async runStateDigest(runId: RunId, through?: RunStateDigest['through']): Promise<RunStateDigest> {
    this.#assertOpen();
    const fold = new RunFold(runId);
    const folded = new Map<string, number>();
    for (const ordered of await this.#log.eventsOf(runId)) {
      const { writer, stampUs } = ordered;
      // What was purged since is not there to be digested; such a digest no longer verifies.
      if (ordered.event.kind === 'purged') {
        fold.apply(ordered.event, ordered);
        continue;
      }
      if (through !== undefined && stampUs > (through[writer] ?? -1)) continue;
      fold.apply(ordered.event as RunEvent, ordered);
      folded.set(writer, Math.max(folded.get(writer) ?? 0, stampUs));
    }
    const run = fold.view();
    if (run === undefined) {
      throw new TidemarkError('RUN_NOT_FOUND', `No run has the id ${runId}.`, {
        details: { runId },
      });
    }
    return { sha256: runStateDigest(run), through: through ?? Object.fromEntries(folded) };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#log.close();
  }

  /** A run whose id was given: other writers may have written to it before. */
  async #arrived(runId: RunId): Promise<Run> {
    const [run] = await this.runs({ runIds: [runId] });
    if (run !== undefined) return run;
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `The run ${runId} was purged from ${this.uri}; its id is never used again.`,
      { details: { runId } },
    );
  }

  #reading({ experiments }: StoreState): RunReading {
    return new RunReading(experiments, (writers) => this.#log.whyLost?.(writers));
  }

  #append(events: readonly StoreEvent[]): void {
    this.#assertOpen();
    events.forEach(assertEvent);
    if (events.length === 0) return;
    const { lastState } = this.#log;
    if (lastState !== undefined) {
      refuseDeleted(lastState, events);
      refusePurged(lastState, events);
    }
    this.#log.append(events);
  }

  #read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer> {
    this.#assertOpen();
    return this.#log.read(ask);
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new TidemarkError('STORE_CLOSED', `The store ${this.uri} was closed; open it again.`);
  }
}

function freeExperimentId(
  { name, experimentId }: ExperimentDraft,
  taken: ReadonlySet<string>,
): ExperimentId {
  if (experimentId !== undefined && !taken.has(experimentId)) return experimentId;
  let attempt = 0;
  while (taken.has(experimentIdFromName(name, attempt))) attempt += 1;
  return experimentIdFromName(name, attempt);
}

function nameTaken(namesake: Experiment): TidemarkError {
  const wayOut =
    namesake.lifecycleStage === 'deleted'
      ? 'It is deleted: restore it, or choose another name.'
      : 'Use it, or choose another name.';
  return new TidemarkError(
    'EXPERIMENT_EXISTS',
    `The experiment ${JSON.stringify(namesake.name)} exists already (id ${namesake.experimentId}). ${wayOut}`,
    { details: { experimentId: namesake.experimentId } },
  );
}

/** What was just written; it is missing only when somebody took the store away in between. */
function present<View>(view: View | undefined, uri: string): View {
  if (view !== undefined) return view;
  throw new TidemarkError('STORE_NOT_FOUND', `The store ${uri} vanished while it was written to.`);
}

function views<View>(folds: Iterable<{ view(): View | undefined }>): View[] {
  const result: View[] = [];
  for (const fold of folds) {
    const view = fold.view();
    if (view !== undefined) result.push(view);
  }
  return result;
}

function* selectedRuns(state: StoreState, { runIds }: RunSelection): Generator<RunFold> {
  if (runIds !== undefined) {
    for (const runId of new Set(runIds)) {
      const fold = state.run(runId);
      if (fold !== undefined) yield fold;
    }
    return;
  }
  yield* state.runs.values();
  for (const table of state.tables) {
    for (let row = 0; row < table.rowCount; row += 1) {
      if (table.isCurrent(row)) yield table.fold(row);
    }
  }
}

function selected<Id, Fold>(folds: ReadonlyMap<Id, Fold>, ids: readonly Id[] | undefined): Fold[] {
  if (ids === undefined) return [...folds.values()];
  return [...new Set(ids)]
    .map((id) => folds.get(id))
    .filter((fold): fold is Fold => fold !== undefined);
}

function includes(ids: readonly ExperimentId[] | undefined, id: ExperimentId): boolean {
  return ids === undefined || ids.includes(id);
}
