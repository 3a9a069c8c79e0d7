import type { EventOrder } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import {
  DEFAULT_EXPERIMENT_ID,
  type ExperimentId,
  type LoggedModelId,
  type RunId,
} from '../model/ids.ts';
import { ExperimentFold } from './experiment-fold.ts';
import { LoggedModelFold } from './logged-model-fold.ts';
import { RunFold } from './run-fold.ts';

/** The one fold: the state of everything in a store as the join of all its events. */
export class StoreFold {
  /** Default is there from the start. */
  readonly experiments: Map<ExperimentId, ExperimentFold> = new Map([
    [DEFAULT_EXPERIMENT_ID, new ExperimentFold(DEFAULT_EXPERIMENT_ID)],
  ]);
  readonly runs: Map<RunId, RunFold> = new Map();
  readonly loggedModels: Map<LoggedModelId, LoggedModelFold> = new Map();

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
    return entry(this.runs, runId, (id) => new RunFold(id));
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
