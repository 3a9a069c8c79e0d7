import {
  type ExperimentEvent,
  type LoggedModelEvent,
  type RunEvent,
  subjectOf,
} from '../events/event-subject.ts';
import type { EventOrder } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { ExperimentFold } from '../fold/experiment-fold.ts';
import { LoggedModelFold } from '../fold/logged-model-fold.ts';
import { RunFold } from '../fold/run-fold.ts';
import {
  DEFAULT_EXPERIMENT_ID,
  type ExperimentId,
  type LoggedModelId,
  type RunId,
} from '../model/ids.ts';
import type { RunGroup, StoreState } from './store-state.ts';

/** The one fold: the state of everything in a store as the join of all its events. */
export class StoreFold implements StoreState {
  /** The experiment Default exists from the start. */
  readonly experiments: Map<ExperimentId, ExperimentFold> = new Map([
    [DEFAULT_EXPERIMENT_ID, new ExperimentFold(DEFAULT_EXPERIMENT_ID)],
  ]);
  readonly loggedModels: Map<LoggedModelId, LoggedModelFold> = new Map();

  readonly #runs: Map<RunId, RunFold> = new Map();
  readonly #known: (runId: RunId) => RunFold | undefined;

  /**
   * `known` returns the state of a run whose earlier events are kept elsewhere. It is called at the run's first
   * event.
   */
  constructor(known: (runId: RunId) => RunFold | undefined = () => undefined) {
    this.#known = known;
  }

  run(runId: RunId): RunFold | undefined {
    return this.#runs.get(runId);
  }

  standingOf(runId: RunId): RunFold | undefined {
    return this.run(runId);
  }

  runs(): Iterable<RunFold> {
    return this.#runs.values();
  }

  runGroups(): readonly RunGroup[] {
    return [{ folds: this.#runs.values() }];
  }

  get runCount(): number {
    return this.#runs.size;
  }

  /** Forgets all runs, for a state that keeps them elsewhere from now on. */
  clearRuns(): void {
    this.#runs.clear();
  }

  /** Joins one event of any log. */
  apply(event: StoreEvent, order: EventOrder): void {
    const subject = subjectOf(event);
    if ('run' in subject) this.#run(subject.run).apply(event as RunEvent, order);
    else if ('model' in subject) {
      this.#loggedModel(subject.model).apply(event as LoggedModelEvent, order);
    } else this.#experiment(subject.experiment).apply(event as ExperimentEvent, order);
  }

  #experiment(experimentId: ExperimentId): ExperimentFold {
    return entry(this.experiments, experimentId, (id) => new ExperimentFold(id));
  }

  #run(runId: RunId): RunFold {
    return entry(this.#runs, runId, (id) => this.#known(id) ?? new RunFold(id));
  }

  #loggedModel(modelId: LoggedModelId): LoggedModelFold {
    return entry(this.loggedModels, modelId, (id) => new LoggedModelFold(id));
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make(key);
    map.set(key, value);
  }
  return value;
}
