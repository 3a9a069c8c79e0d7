import type { EventOrder } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import {
  DEFAULT_EXPERIMENT_ID,
  type ExperimentId,
  type LoggedModelId,
  type RunId,
} from '../model/ids.ts';
import type { RunStanding, StoreState } from '../store/store-state.ts';
import { ExperimentFold } from './experiment-fold.ts';
import { LoggedModelFold } from './logged-model-fold.ts';
import { RunFold } from './run-fold.ts';

/** The one fold: the state of everything in a store as the join of all its events. */
export class StoreFold implements StoreState {
  /** Default is there from the start. */
  readonly experiments: Map<ExperimentId, ExperimentFold> = new Map([
    [DEFAULT_EXPERIMENT_ID, new ExperimentFold(DEFAULT_EXPERIMENT_ID)],
  ]);
  readonly runs: Map<RunId, RunFold> = new Map();
  readonly loggedModels: Map<LoggedModelId, LoggedModelFold> = new Map();

  readonly tables: readonly [] = [];
  readonly #known: (runId: RunId) => RunFold | undefined;

  /** `known` gives the state of a run of which earlier events are kept elsewhere, when it is first met. */
  constructor(known: (runId: RunId) => RunFold | undefined = () => undefined) {
    this.#known = known;
  }

  run(runId: RunId): RunFold | undefined {
    return this.runs.get(runId);
  }

  standingOf(runId: RunId): RunStanding | undefined {
    const fold = this.runs.get(runId);
    if (fold?.created === undefined) return undefined;
    return { experimentId: fold.created.experiment, isDeleted: fold.stage === 'deleted' };
  }

  /** Joins one event, from whichever log. */
  apply(event: StoreEvent, order: EventOrder): void {
    switch (event.kind) {
      case 'experiment-created':
      case 'experiment-updated':
        this.#experiment(event.experiment).apply(event, order);
        break;
      case 'model-created':
      case 'model-updated':
      case 'model-tags':
      case 'model-params':
        this.#loggedModel(event.model).apply(event, order);
        break;
      case 'purged':
        if (event.run !== undefined) this.#run(event.run).apply(event, order);
        else if (event.model !== undefined) this.#loggedModel(event.model).apply(event, order);
        else if (event.experiment !== undefined) {
          this.#experiment(event.experiment).apply(event, order);
        }
        break;
      case 'artifact':
      case 'artifact-removed':
        if ('run' in event.owner) this.#run(event.owner.run).apply(event, order);
        else this.#loggedModel(event.owner.model).apply(event, order);
        break;
      default:
        this.#run(event.run).apply(event, order);
    }
  }

  #experiment(experimentId: ExperimentId): ExperimentFold {
    return entry(this.experiments, experimentId, (id) => new ExperimentFold(id));
  }

  #run(runId: RunId): RunFold {
    return entry(this.runs, runId, (id) => this.#known(id) ?? new RunFold(id));
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
