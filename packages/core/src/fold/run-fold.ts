import type { EventOrder } from '../events/stamp.ts';
import type {
  ArtifactWritten,
  DatasetUsed,
  MetricEvent,
  ModelProduced,
  ModelUsed,
  ParamsLogged,
  RunCreated,
  RunUpdated,
  TagsSet,
} from '../events/store-event.ts';
import type { ArtifactFile } from '../model/artifact.ts';
import type { DatasetInput } from '../model/dataset.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import { compareMetricPoints, type MetricPoint } from '../model/metric.ts';
import type { Run, RunStatus } from '../model/run.ts';
import { RUN_NAME_TAG } from '../model/run-tags.ts';
import { metricPoints } from './metric-points.ts';
import { ParamFold } from './param-fold.ts';
import { presentTags, Register, RegisterMap } from './register.ts';

/** The events that make up a run's state. */
export type RunEvent =
  | RunCreated
  | RunUpdated
  | ParamsLogged
  | TagsSet
  | MetricEvent
  | DatasetUsed
  | ModelUsed
  | ModelProduced
  | ArtifactWritten;

/**
 * The state of one run as the join of its events, in whatever order and however often they are met:
 * the first value of a param wins, the latest tag, name and status win, the latest metric is the one
 * with the highest (step, timestamp, value), the first record of a dataset wins.
 */
export class RunFold {
  readonly runId: RunId;
  readonly #writers = new Set<string>();
  readonly #created = new Register<RunCreated>('earliest');
  readonly #status = new Register<{ status: RunStatus; endTimeMs: number | undefined }>();
  readonly #stage = new Register<LifecycleStage>();
  readonly #params = new ParamFold();
  readonly #tags = new RegisterMap<string | null>();
  readonly #metrics = new Map<string, MetricPoint>();
  readonly #datasets = new RegisterMap<DatasetInput>('earliest');
  readonly #modelInputs = new RegisterMap<LoggedModelId>('earliest');
  readonly #modelOutputs = new RegisterMap<{ modelId: LoggedModelId; step: number }>('earliest');
  readonly #artifacts = new RegisterMap<ArtifactFile>();

  constructor(runId: RunId) {
    this.runId = runId;
  }

  /** Everybody who wrote to the run. */
  get writers(): ReadonlySet<string> {
    return this.#writers;
  }

  /** Joins one event of this run. */
  apply(event: RunEvent, order: EventOrder): void {
    this.#writers.add(order.writer);
    switch (event.kind) {
      case 'run-created':
        this.#created.offer(event, order);
        this.#tags.offer(RUN_NAME_TAG, event.name, order);
        for (const [key, value] of Object.entries(event.tags ?? {})) {
          this.#tags.offer(key, value, order);
        }
        break;
      case 'run-updated':
        if (event.status !== undefined) {
          this.#status.offer({ status: event.status, endTimeMs: event.endTimeMs }, order);
        }
        if (event.name !== undefined) this.#tags.offer(RUN_NAME_TAG, event.name, order);
        if (event.stage !== undefined) this.#stage.offer(event.stage, order);
        break;
      case 'params':
        for (const [key, value] of Object.entries(event.params)) {
          this.#params.offer(key, value, order);
        }
        break;
      case 'tags':
        for (const [key, value] of Object.entries(event.tags)) this.#tags.offer(key, value, order);
        break;
      case 'metrics':
      case 'metric-series':
        for (const point of metricPoints(event)) this.#offerMetric(point);
        break;
      case 'dataset': {
        const { name, digest } = event.input.dataset;
        this.#datasets.offer(`${name}\u0000${digest}`, event.input, order);
        break;
      }
      case 'model-input':
        this.#modelInputs.offer(event.model, event.model, order);
        break;
      case 'model-output':
        this.#modelOutputs.offer(event.model, { modelId: event.model, step: event.step }, order);
        break;
      case 'artifact':
        this.#artifacts.offer(event.file.path, event.file, order);
        break;
    }
  }

  /** The run as folded so far; `undefined` while its creation has not been met. */
  view(): Run | undefined {
    const created = this.#created.value;
    if (created === undefined) return undefined;
    const { status, endTimeMs } = this.#status.value ?? { status: 'RUNNING' as const };
    const tags = presentTags(this.#tags);
    return {
      runId: this.runId,
      experimentId: created.experiment,
      name: tags[RUN_NAME_TAG] ?? created.name,
      status,
      lifecycleStage: this.#stage.value ?? 'active',
      startTimeMs: created.timeMs,
      ...(endTimeMs === undefined ? {} : { endTimeMs }),
      userId: created.user,
      params: this.#params.values(),
      paramConflicts: this.#params.conflicts(),
      tags,
      metrics: Object.fromEntries([...this.#metrics].sort(([a], [b]) => (a < b ? -1 : 1))),
      datasets: values(this.#datasets),
      modelInputs: values(this.#modelInputs),
      modelOutputs: values(this.#modelOutputs),
      artifacts: values(this.#artifacts),
    };
  }

  #offerMetric(point: MetricPoint): void {
    const known = this.#metrics.get(point.key);
    if (known === undefined || compareMetricPoints(point, known) > 0) {
      this.#metrics.set(point.key, point);
    }
  }
}

function values<T>(registers: RegisterMap<T>): T[] {
  return registers.entries().map(([, value]) => value);
}
