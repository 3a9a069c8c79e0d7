import type { LoggedModelEvent } from '../events/event-subject.ts';
import type { LoggedModelCreated } from '../events/kinds/logged-model-created.ts';
import { latestWins } from '../events/latest-wins.ts';
import { type EventOrder, NO_ORDER } from '../events/stamp.ts';
import type { ArtifactFile } from '../model/artifact.ts';
import type { LoggedModelId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import type { LoggedModel, LoggedModelStatus } from '../model/logged-model.ts';
import { artifactEvents, presentFiles } from './artifact-registers.ts';
import { ParamFold } from './param-fold.ts';
import { NO_PURGES, type PurgeFold, withPurge } from './purge-fold.ts';
import { presentTags, Register, RegisterMap } from './register.ts';
import { modelWithout } from './without-purged.ts';

/** The state of one logged model as the join of its events. */
export class LoggedModelFold {
  readonly modelId: LoggedModelId;
  readonly #created = new Register<LoggedModelCreated>('earliest');
  readonly #status = new Register<LoggedModelStatus>();
  readonly #stage = new Register<LifecycleStage>();
  readonly #params = new ParamFold();
  readonly #tags = new RegisterMap<string | null>();
  readonly #artifacts = new RegisterMap<ArtifactFile | null>();
  #purges = NO_PURGES;
  #latestStampUs = 0;
  #lastUpdateTimeMs = 0;

  constructor(modelId: LoggedModelId) {
    this.modelId = modelId;
  }

  /** Joins one event of this model. */
  apply(event: LoggedModelEvent, order: EventOrder): void {
    if (event.kind !== 'purged' && 'timeMs' in event) {
      this.#lastUpdateTimeMs = Math.max(this.#lastUpdateTimeMs, event.timeMs);
    }
    if (latestWins(event)) this.#latestStampUs = Math.max(this.#latestStampUs, order.stampUs);
    switch (event.kind) {
      case 'model-created':
        this.#created.offer(event, order);
        if (event.params !== undefined) this.#params.offerAll(event.params, order);
        if (event.tags !== undefined) this.#tags.offerAll(event.tags, order);
        break;
      case 'model-updated':
        if (event.status !== undefined) this.#status.offer(event.status, order);
        if (event.stage !== undefined) this.#stage.offer(event.stage, order);
        break;
      case 'model-params':
        this.#params.offerAll(event.params, order);
        break;
      case 'model-tags':
        this.#tags.offerAll(event.tags, order);
        break;
      case 'artifact':
        this.#artifacts.offer(event.file.path, event.file, order);
        break;
      case 'artifact-removed':
        this.#artifacts.offer(event.path, null, order);
        break;
      case 'purged':
        this.#purges = withPurge(this.#purges, event, order);
        break;
      default:
        event satisfies never;
    }
  }

  /** The latest stamp of all events of which the latest wins, in microseconds. */
  get latestStampUs(): number {
    return this.#latestStampUs;
  }

  /** The purges of the model. */
  get purges(): PurgeFold {
    return this.#purges;
  }

  /**
   * The event that created the model; `undefined` before it was read, and after a purge: then the model does not
   * exist.
   */
  get created(): LoggedModelCreated | undefined {
    return this.#purges.isWhole ? undefined : this.#created.value;
  }

  /** Returns the model as folded so far; `undefined` before its creation was read, and after a purge. */
  view(): LoggedModel | undefined {
    const model = this.#unpurgedView();
    const purges = this.#purges;
    if (model === undefined || purges.isEmpty) return model;
    if (purges.isWhole) return undefined;
    return { ...modelWithout(model, purges), purged: purges.parts() };
  }

  /** Yields a few events that fold to this state. They contain nothing that was purged. */
  *events(): Generator<{ readonly event: LoggedModelEvent; readonly order: EventOrder }> {
    const { modelId: model } = this;
    const timeMs = this.#lastUpdateTimeMs;
    const purges = this.#purges;
    yield* purges.events();
    if (purges.isWhole) return;
    if (this.#created.value !== undefined) {
      const { tags: _, params: __, ...event } = this.#created.value;
      yield { event, order: this.#created.order as EventOrder };
    }
    // This event only records when the model was last changed.
    if (timeMs > 0) yield { event: { kind: 'model-updated', model, timeMs }, order: NO_ORDER };
    if (this.#status.value !== undefined) {
      const event = { kind: 'model-updated', model, timeMs, status: this.#status.value } as const;
      yield { event, order: this.#status.order as EventOrder };
    }
    if (this.#stage.value !== undefined) {
      const event = { kind: 'model-updated', model, timeMs, stage: this.#stage.value } as const;
      yield { event, order: this.#stage.order as EventOrder };
    }
    for (const { values, order } of this.#params.layers()) {
      yield {
        event: { kind: 'model-params', model, timeMs, params: purges.keep('param', values) },
        order,
      };
    }
    for (const { values, order } of this.#tags.layers()) {
      yield {
        event: { kind: 'model-tags', model, timeMs, tags: purges.keep('tag', values) },
        order,
      };
    }
    yield* artifactEvents(this.#artifacts, { model }, purges);
  }

  #unpurgedView(): LoggedModel | undefined {
    const created = this.#created.value;
    if (created === undefined) return undefined;
    return {
      modelId: this.modelId,
      experimentId: created.experiment,
      name: created.name,
      ...(created.type === undefined ? {} : { modelType: created.type }),
      ...(created.run === undefined ? {} : { sourceRunId: created.run }),
      status: this.#status.value ?? 'PENDING',
      lifecycleStage: this.#stage.value ?? 'active',
      creationTimeMs: created.timeMs,
      lastUpdateTimeMs: this.#lastUpdateTimeMs,
      params: this.#params.values(),
      tags: presentTags(this.#tags),
      artifacts: presentFiles(this.#artifacts),
    };
  }
}
