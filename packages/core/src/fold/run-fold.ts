import type { RunEvent } from '../events/event-subject.ts';
import type { RunCreated } from '../events/kinds/run-created.ts';
import { latestWins } from '../events/latest-wins.ts';
import { type EventOrder, NO_ORDER } from '../events/stamp.ts';
import type { ArtifactFile } from '../model/artifact.ts';
import type { DatasetInput } from '../model/dataset.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import type { ModelOutput, Run, RunStatus } from '../model/run.ts';
import { RUN_NAME_TAG } from '../model/run-tags.ts';
import { artifactEvents, presentFiles } from './artifact-registers.ts';
import { LatestMetrics } from './latest-metrics.ts';
import { ParamFold } from './param-fold.ts';
import { NO_PURGES, type PurgeFold, withPurge } from './purge-fold.ts';
import { keptOf, presentTags, Register, RegisterMap, valuesOf } from './register.ts';
import { runWithout } from './without-purged.ts';

/** The values of a change of status. */
interface Standing {
  readonly status: RunStatus;
  readonly endTimeMs: number | undefined;
  readonly remote: true | undefined;
}

/** Represents a client whose process cannot be seen among the openers of a run. No writer has this id. */
const CLIENT_ELSEWHERE = '';

/**
 * The state of one run as the join of its events. It does not depend on the order of the events, or on how often each
 * is read. The first value of a param wins, the latest tag, name and status win, the latest metric is the one with
 * the highest (step, timestamp, value), and the first record of a dataset wins.
 */
export class RunFold {
  readonly runId: RunId;
  #opener: string | undefined;
  #openers: Set<string> | undefined;
  readonly #created = new Register<RunCreated>('earliest');
  #status: Register<Standing> | undefined;
  #stage: Register<LifecycleStage> | undefined;
  readonly #params = new ParamFold();
  readonly #tags = new RegisterMap<string | null>();
  readonly #metrics = new LatestMetrics();
  #measuredModels: Set<LoggedModelId> | undefined;
  #datasets: RegisterMap<DatasetInput> | undefined;
  #modelInputs: RegisterMap<LoggedModelId> | undefined;
  #modelOutputs: RegisterMap<ModelOutput> | undefined;
  #artifacts: RegisterMap<ArtifactFile | null> | undefined;
  #purges = NO_PURGES;
  #latestStampUs = 0;
  #view: Run | undefined;

  constructor(runId: RunId) {
    this.runId = runId;
  }

  /**
   * The writers that started the run, resumed it or set its status. The run counts as lost only when all of them are
   * dead. A writer that only logs to the run, such as a worker that joined it or a server that sets a tag, is not
   * among them, because it never ends the run.
   */
  get openers(): ReadonlySet<string> {
    const known = this.#openers ?? (this.#opener === undefined ? [] : [this.#opener]);
    const { remote } = this.#status?.value ?? this.#created.value ?? {};
    return new Set(remote === true ? [...known, CLIENT_ELSEWHERE] : known);
  }

  /** Records an opener whose events were superseded by others. */
  addOpener(writer: string): void {
    if (writer === this.#opener || writer === CLIENT_ELSEWHERE) return;
    if (this.#openers !== undefined) this.#openers.add(writer);
    else if (this.#opener === undefined) this.#opener = writer;
    else this.#openers = new Set([this.#opener, writer]);
  }

  /** Joins one event of this run; the event is kept, and must not change. */
  apply(event: RunEvent, order: EventOrder): void {
    this.#view = undefined;
    if (latestWins(event)) this.#latestStampUs = Math.max(this.#latestStampUs, order.stampUs);
    switch (event.kind) {
      case 'run-created':
        this.addOpener(order.writer);
        this.#created.offer(event, order);
        // First, so that the name wins over a tag of this key in the same event.
        this.#tags.offerAll({ [RUN_NAME_TAG]: event.name }, order);
        if (event.tags !== undefined) this.#tags.offerAll(event.tags, order);
        break;
      case 'run-updated':
        if (event.status !== undefined) {
          this.addOpener(order.writer);
          this.#status ??= new Register();
          const { status, endTimeMs, remote } = event;
          this.#status.offer({ status, endTimeMs, remote }, order);
        }
        if (event.name !== undefined) this.#tags.offer(RUN_NAME_TAG, event.name, order);
        if (event.stage !== undefined) {
          this.#stage ??= new Register();
          this.#stage.offer(event.stage, order);
        }
        break;
      case 'params':
        this.#params.offerAll(event.params, order);
        break;
      case 'tags':
        this.#tags.offerAll(event.tags, order);
        break;
      case 'metrics':
      case 'metric-series':
        this.#metrics.offer(event);
        if (event.model !== undefined) {
          this.#measuredModels ??= new Set();
          this.#measuredModels.add(event.model);
        }
        break;
      case 'dataset': {
        const { name, digest } = event.input.dataset;
        this.#datasets ??= new RegisterMap('earliest');
        this.#datasets.offer(`${name}\u0000${digest}`, event.input, order);
        break;
      }
      case 'model-input':
        this.#modelInputs ??= new RegisterMap('earliest');
        this.#modelInputs.offer(event.model, event.model, order);
        break;
      case 'model-output':
        this.#modelOutputs ??= new RegisterMap('earliest');
        this.#modelOutputs.offer(event.model, { modelId: event.model, step: event.step }, order);
        break;
      case 'artifact':
        this.#artifacts ??= new RegisterMap();
        this.#artifacts.offer(event.file.path, event.file, order);
        break;
      case 'artifact-removed':
        this.#artifacts ??= new RegisterMap();
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

  /** The purges of the run. */
  get purges(): PurgeFold {
    return this.#purges;
  }

  /**
   * The event that created the run; `undefined` before it was read, and after a purge: then the run does not exist.
   */
  get created(): RunCreated | undefined {
    return this.#purges.isWhole ? undefined : this.#created.value;
  }

  get name(): string {
    // A purged name must not come back from the creation.
    if (this.#purges.has('tag', RUN_NAME_TAG)) return this.runId;
    return this.tag(RUN_NAME_TAG) ?? this.#created.value?.name ?? '';
  }

  /** The status according to the events of the run. `RunReading` finds out whether a running one is lost. */
  get status(): RunStatus {
    return this.#status?.value?.status ?? 'RUNNING';
  }

  get endTimeMs(): number | undefined {
    return this.#status?.value?.endTimeMs;
  }

  get stage(): LifecycleStage {
    return this.#stage?.value ?? 'active';
  }

  /** Returns the winning value of one param. */
  param(key: string): string | undefined {
    return this.#purges.has('param', key) ? undefined : this.#params.get(key);
  }

  /** Returns the latest value of one tag; `undefined` also for a deleted tag. */
  tag(key: string): string | undefined {
    if (this.#purges.has('tag', key)) return undefined;
    return this.#tags.get(key) ?? undefined;
  }

  /** Returns the value of the latest point of one metric. */
  metric(key: string): number | undefined {
    return this.#purges.has('metric', key) ? undefined : this.#metrics.value(key);
  }

  /** Calls `take` with each param and its winning value. */
  eachParam(take: (key: string, value: string) => void): void {
    this.#params.each((key, value) => {
      if (!this.#purges.has('param', key)) take(key, value);
    });
  }

  /** Calls `take` with each tag and its latest value, without deleted tags. */
  eachTag(take: (key: string, value: string) => void): void {
    this.#tags.each((key, value) => {
      if (value !== null && !this.#purges.has('tag', key)) take(key, value);
    });
  }

  /** Calls `take` with each metric and the value of its latest point. */
  eachMetric(take: (key: string, value: number) => void): void {
    this.#metrics.each((key, value) => {
      if (!this.#purges.has('metric', key)) take(key, value);
    });
  }

  /** The logged models that any point of any metric is about. */
  get measuredModels(): ReadonlySet<LoggedModelId> {
    return this.#measuredModels ?? NO_MODELS;
  }

  get datasets(): readonly DatasetInput[] {
    return valuesOf(this.#datasets);
  }

  /** Returns the run as folded so far; `undefined` before its creation was read, and after a purge. */
  view(): Run | undefined {
    this.#view ??= this.#viewed();
    return this.#view;
  }

  /**
   * Yields a few events that fold to this state, also when more events are joined to them. An index keeps these
   * events. They contain nothing that was purged, and do not name writers whose events were all superseded.
   */
  *events(): Generator<OrderedRunEvent> {
    const run = this.runId;
    const purges = this.#purges;
    yield* purges.events();
    if (purges.isWhole) return;
    if (this.#created.value !== undefined) {
      const { tags: _, ...event } = this.#created.value;
      yield { event, order: this.#created.order as EventOrder };
    }
    if (this.#status?.value !== undefined) {
      const { status, endTimeMs, remote } = this.#status.value;
      const event: RunEvent = {
        kind: 'run-updated',
        run,
        status,
        ...(endTimeMs === undefined ? {} : { endTimeMs }),
        ...(remote === undefined ? {} : { remote }),
      };
      yield { event, order: this.#status.order as EventOrder };
    }
    if (this.#stage?.value !== undefined) {
      const event: RunEvent = { kind: 'run-updated', run, stage: this.#stage.value };
      yield { event, order: this.#stage.order as EventOrder };
    }
    for (const { values: params, order } of this.#params.layers()) {
      yield { event: { kind: 'params', run, params: purges.keep('param', params) }, order };
    }
    for (const { values: tags, order } of this.#tags.layers()) {
      if (purges.isEmpty && this.#isNameOfCreation(tags, order)) continue;
      yield { event: { kind: 'tags', run, tags: purges.keep('tag', tags) }, order };
    }
    for (const event of this.#metrics.events()) {
      // Points are ordered by their own values.
      yield { event: { ...event, metrics: purges.keep('metric', event.metrics) }, order: NO_ORDER };
    }
    for (const model of this.measuredModels) {
      // Its point may not be the latest of its metric, and then is not among these.
      const named = { kind: 'metrics', run, timeMs: 0, step: 0, metrics: {}, model } as const;
      yield { event: named, order: NO_ORDER };
    }
    for (const [input, order] of keptOf(this.#datasets)) {
      yield { event: { kind: 'dataset', run, input }, order };
    }
    for (const [model, order] of keptOf(this.#modelInputs)) {
      yield { event: { kind: 'model-input', run, model }, order };
    }
    for (const [{ modelId: model, step }, order] of keptOf(this.#modelOutputs)) {
      yield { event: { kind: 'model-output', run, model, step }, order };
    }
    if (this.#artifacts !== undefined) yield* artifactEvents(this.#artifacts, { run }, purges);
  }

  /** Whether tags are only the name that the creation gives. */
  #isNameOfCreation(tags: Readonly<Record<string, string | null>>, order: EventOrder): boolean {
    const { value, order: creation } = this.#created;
    if (value === undefined || order !== creation || tags[RUN_NAME_TAG] !== value.name)
      return false;
    return Object.keys(tags).length === 1;
  }

  #viewed(): Run | undefined {
    const created = this.created;
    if (created === undefined) return undefined;
    const { endTimeMs } = this;
    const run: Run = {
      runId: this.runId,
      experimentId: created.experiment,
      name: this.name,
      status: this.status,
      lifecycleStage: this.stage,
      startTimeMs: created.timeMs,
      ...(endTimeMs === undefined ? {} : { endTimeMs }),
      userId: created.user,
      params: this.#params.values(),
      paramConflicts: this.#params.conflicts(),
      tags: presentTags(this.#tags),
      metrics: Object.fromEntries(this.#metrics.entries()),
      datasets: valuesOf(this.#datasets),
      modelInputs: valuesOf(this.#modelInputs),
      modelOutputs: valuesOf(this.#modelOutputs),
      artifacts: presentFiles(this.#artifacts),
    };
    const purges = this.#purges;
    return purges.isEmpty ? run : { ...runWithout(run, purges), purged: purges.parts() };
  }
}

/** An event that may replace several others, and its place in their order. */
export interface OrderedRunEvent {
  readonly event: RunEvent;
  readonly order: EventOrder;
}

const NO_MODELS: ReadonlySet<LoggedModelId> = new Set();
