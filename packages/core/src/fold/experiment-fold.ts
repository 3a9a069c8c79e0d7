import type { ExperimentEvent } from '../events/event-subject.ts';
import type { ExperimentCreated } from '../events/kinds/experiment-created.ts';
import { latestWins } from '../events/latest-wins.ts';
import { compareEventOrder, type EventOrder, NO_ORDER } from '../events/stamp.ts';
import type { Experiment } from '../model/experiment.ts';
import { DEFAULT_EXPERIMENT_ID, DEFAULT_EXPERIMENT_NAME, type ExperimentId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import { NO_PURGES, type PurgeFold, withPurge } from './purge-fold.ts';
import { presentTags, Register, RegisterMap } from './register.ts';

/** The order of an experiment that always exists: before all others. */
const ALWAYS: EventOrder = { stampUs: 0, writer: '', position: 0 };

/**
 * The state of one experiment as the join of its events. Two stores that were created independently may both create
 * the experiment: the earliest creation wins. A creation never undoes an update, even if it is read later.
 */
export class ExperimentFold {
  readonly experimentId: ExperimentId;
  readonly #created = new Register<ExperimentCreated>('earliest');
  readonly #name = new Register<string>();
  readonly #stage = new Register<LifecycleStage>();
  readonly #tags = new RegisterMap<string | null>();
  #purges = NO_PURGES;
  #latestStampUs = 0;
  #lastUpdateTimeMs = 0;

  constructor(experimentId: ExperimentId) {
    this.experimentId = experimentId;
    if (experimentId === DEFAULT_EXPERIMENT_ID) {
      this.#created.offer(
        {
          kind: 'experiment-created',
          experiment: experimentId,
          name: DEFAULT_EXPERIMENT_NAME,
          timeMs: 0,
        },
        ALWAYS,
      );
    }
  }

  /** Joins one event of this experiment. */
  apply(event: ExperimentEvent, order: EventOrder): void {
    if (event.kind !== 'purged') {
      this.#lastUpdateTimeMs = Math.max(this.#lastUpdateTimeMs, event.timeMs);
    }
    if (latestWins(event)) this.#latestStampUs = Math.max(this.#latestStampUs, order.stampUs);
    switch (event.kind) {
      case 'experiment-created':
        this.#created.offer(event, order);
        break;
      case 'experiment-updated':
        if (event.stage !== undefined) this.#stage.offer(event.stage, order);
        if (event.name !== undefined) this.#name.offer(event.name, order);
        if (event.tags !== undefined) this.#tags.offerAll(event.tags, order);
        break;
      case 'purged':
        this.#purges = withPurge(this.#purges, event, order);
        break;
      default:
        event satisfies never;
    }
  }

  /** Whether the experiment was purged, with all its runs and logged models, including those that are read later. */
  get isPurged(): boolean {
    return this.#purges.isWhole;
  }

  /** The latest stamp of all events of which the latest wins, in microseconds. */
  get latestStampUs(): number {
    return this.#latestStampUs;
  }

  /** The purges of the experiment. */
  get purges(): PurgeFold {
    return this.#purges;
  }

  get stage(): LifecycleStage {
    return this.#stage.value ?? 'active';
  }

  /** Returns the experiment as folded so far; `undefined` before its creation was read, and after a purge. */
  view(): Experiment | undefined {
    const created = this.#created.value;
    if (created === undefined || this.isPurged) return undefined;
    const changed = new Set(this.#tags.entries().map(([key]) => key));
    const untouched = Object.entries(created.tags ?? {}).filter(([key]) => !changed.has(key));
    const tags = Object.fromEntries(
      [...untouched, ...Object.entries(presentTags(this.#tags))].sort(),
    );
    return {
      experimentId: this.experimentId,
      name: this.#name.value ?? created.name,
      lifecycleStage: this.stage,
      creationTimeMs: created.timeMs,
      lastUpdateTimeMs: this.#lastUpdateTimeMs,
      tags: this.#purges.keep('tag', tags),
    };
  }

  /** Yields a few events that fold to this state. They contain nothing that was purged. */
  *events(): Generator<{
    readonly event: ExperimentEvent;
    readonly order: EventOrder;
  }> {
    const { experimentId: experiment } = this;
    const timeMs = this.#lastUpdateTimeMs;
    const purges = this.#purges;
    yield* purges.events();
    if (purges.isWhole) return;
    if (this.#created.value !== undefined && this.#created.order !== ALWAYS) {
      const { tags = {}, ...event } = this.#created.value;
      yield {
        event: { ...event, tags: purges.keep('tag', tags) },
        order: this.#created.order as EventOrder,
      };
    }
    // This event only records when the experiment was last changed.
    if (timeMs > 0) {
      yield { event: { kind: 'experiment-updated', experiment, timeMs }, order: NO_ORDER };
    }
    if (this.#name.value !== undefined) {
      const event = {
        kind: 'experiment-updated',
        experiment,
        timeMs,
        name: this.#name.value,
      } as const;
      yield { event, order: this.#name.order as EventOrder };
    }
    if (this.#stage.value !== undefined) {
      const event = {
        kind: 'experiment-updated',
        experiment,
        timeMs,
        stage: this.#stage.value,
      } as const;
      yield { event, order: this.#stage.order as EventOrder };
    }
    for (const { values, order } of this.#tags.layers()) {
      yield {
        event: { kind: 'experiment-updated', experiment, timeMs, tags: purges.keep('tag', values) },
        order,
      };
    }
  }

  /** Compares experiments by the event that created them: of two with one name, the first keeps it. */
  compareCreation(other: ExperimentFold): number {
    const [mine, its] = [this.#created.order, other.#created.order];
    if (mine === undefined || its === undefined)
      return Number(its !== undefined) - Number(mine !== undefined);
    return compareEventOrder(mine, its);
  }
}
