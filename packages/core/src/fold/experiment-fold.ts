import type { EventOrder } from '../events/stamp.ts';
import type { ExperimentCreated, ExperimentUpdated } from '../events/store-event.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import { Register, RegisterMap } from './register.ts';

/** The state of one experiment as the join of its events. */
export class ExperimentFold {
  readonly experimentId: ExperimentId;
  readonly #created = new Register<number>('earliest');
  readonly #name = new Register<string>();
  readonly #stage = new Register<LifecycleStage>();
  readonly #tags = new RegisterMap<string>();
  #lastUpdateTimeMs = 0;

  constructor(experimentId: ExperimentId) {
    this.experimentId = experimentId;
  }

  /** The order of the creation: of two live experiments with one name, the earlier keeps it. */
  get createdOrder(): EventOrder | undefined {
    return this.#created.order;
  }

  /** Joins one event of this experiment. */
  apply(event: ExperimentCreated | ExperimentUpdated, order: EventOrder): void {
    this.#lastUpdateTimeMs = Math.max(this.#lastUpdateTimeMs, event.timeMs);
    if (event.kind === 'experiment-created') this.#created.offer(event.timeMs, order);
    else if (event.stage !== undefined) this.#stage.offer(event.stage, order);
    if (event.name !== undefined) this.#name.offer(event.name, order);
    for (const [key, value] of Object.entries(event.tags ?? {})) {
      this.#tags.offer(key, value, order);
    }
  }

  /** The experiment as folded so far; `undefined` while its creation has not been met. */
  view(): Experiment | undefined {
    const creationTimeMs = this.#created.value;
    const name = this.#name.value;
    if (creationTimeMs === undefined || name === undefined) return undefined;
    return {
      experimentId: this.experimentId,
      name,
      lifecycleStage: this.#stage.value ?? 'active',
      creationTimeMs,
      lastUpdateTimeMs: this.#lastUpdateTimeMs,
      tags: Object.fromEntries(this.#tags.entries()),
    };
  }
}
