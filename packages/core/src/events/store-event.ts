import type { ArtifactFile } from '../model/artifact.ts';
import type { DatasetInput } from '../model/dataset.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import type { LoggedModelStatus } from '../model/logged-model.ts';
import type { Actor } from '../model/registered-model.ts';
import type { RunStatus } from '../model/run.ts';

type Texts = Readonly<Record<string, string>>;

/** New values of tags; `null` takes a tag away. */
export type TagChanges = Readonly<Record<string, string | null>>;

/**
 * Everything that can happen to experiments, runs and logged models: what a store appends and what
 * the fold reads. The names are those of the log lines (`docs/store-format.md`). A new kind may be
 * added to a format version; the meaning of an old one never changes.
 */
export type StoreEvent =
  | ExperimentCreated
  | ExperimentUpdated
  | RunCreated
  | RunUpdated
  | ParamsLogged
  | TagsSet
  | MetricsLogged
  | MetricSeriesLogged
  | DatasetUsed
  | ModelUsed
  | ModelProduced
  | LoggedModelCreated
  | LoggedModelUpdated
  | LoggedModelTagsSet
  | LoggedModelParamsLogged
  | ArtifactWritten
  | ArtifactRemoved
  | Purged;

/** The kind of an event: the `kind` of its log line. */
export type StoreEventKind = StoreEvent['kind'];

export interface ExperimentCreated {
  readonly kind: 'experiment-created';
  readonly experiment: ExperimentId;
  readonly name: string;
  readonly timeMs: number;
  readonly tags?: Texts;
}

export interface ExperimentUpdated {
  readonly kind: 'experiment-updated';
  readonly experiment: ExperimentId;
  readonly timeMs: number;
  readonly name?: string;
  readonly stage?: LifecycleStage;
  readonly tags?: TagChanges;
}

/**
 * `remote`: logged through a server, for a client whose process nobody can see. That the writer's
 * process is gone says nothing of such a run.
 */
export interface RunCreated {
  readonly kind: 'run-created';
  readonly run: RunId;
  readonly experiment: ExperimentId;
  readonly name: string;
  readonly user: string;
  readonly timeMs: number;
  readonly tags?: Texts;
  readonly remote?: true;
}

/**
 * `status` travels with `endTimeMs` and `remote`: an absent end time with a status means that there is
 * none, and an absent `remote` that the writer's own process is at work.
 */
export interface RunUpdated {
  readonly kind: 'run-updated';
  readonly run: RunId;
  readonly status?: RunStatus;
  readonly endTimeMs?: number;
  readonly remote?: true;
  readonly name?: string;
  readonly stage?: LifecycleStage;
}

export interface ParamsLogged {
  readonly kind: 'params';
  readonly run: RunId;
  readonly params: Texts;
}

export interface TagsSet {
  readonly kind: 'tags';
  readonly run: RunId;
  readonly tags: TagChanges;
}

/** One step with one or many metrics. */
export interface MetricsLogged {
  readonly kind: 'metrics';
  readonly run: RunId;
  readonly timeMs: number;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly dataset?: { readonly name: string; readonly digest: string };
  readonly model?: LoggedModelId;
}

/** Many steps of one metric, by column: the arrays are of one length, and the nth of each make a point. */
export interface MetricSeriesLogged {
  readonly kind: 'metric-series';
  readonly run: RunId;
  readonly timeMs: number;
  readonly key: string;
  readonly steps: readonly number[];
  /** Milliseconds from `timeMs` on; absent when every point is of that time. */
  readonly elapsedMs?: readonly number[];
  readonly values: readonly number[];
  readonly dataset?: { readonly name: string; readonly digest: string };
  readonly model?: LoggedModelId;
}

/** The events that hold points of metrics. */
export type MetricEvent = MetricsLogged | MetricSeriesLogged;

export interface DatasetUsed {
  readonly kind: 'dataset';
  readonly run: RunId;
  readonly input: DatasetInput;
}

export interface ModelUsed {
  readonly kind: 'model-input';
  readonly run: RunId;
  readonly model: LoggedModelId;
}

export interface ModelProduced {
  readonly kind: 'model-output';
  readonly run: RunId;
  readonly model: LoggedModelId;
  readonly step: number;
}

export interface LoggedModelCreated {
  readonly kind: 'model-created';
  readonly model: LoggedModelId;
  readonly experiment: ExperimentId;
  readonly name: string;
  readonly timeMs: number;
  readonly type?: string;
  readonly run?: RunId;
  readonly params?: Texts;
  readonly tags?: Texts;
}

export interface LoggedModelUpdated {
  readonly kind: 'model-updated';
  readonly model: LoggedModelId;
  readonly timeMs: number;
  readonly status?: LoggedModelStatus;
  readonly stage?: LifecycleStage;
}

export interface LoggedModelTagsSet {
  readonly kind: 'model-tags';
  readonly model: LoggedModelId;
  readonly timeMs: number;
  readonly tags: TagChanges;
}

/** Params that were added to a logged model after its creation; the first value of each stands. */
export interface LoggedModelParamsLogged {
  readonly kind: 'model-params';
  readonly model: LoggedModelId;
  readonly timeMs: number;
  readonly params: Texts;
}

/** A file was written below a run's or a logged model's artifact folder. */
export interface ArtifactWritten {
  readonly kind: 'artifact';
  readonly owner: { readonly run: RunId } | { readonly model: LoggedModelId };
  readonly file: ArtifactFile;
}

/** A file is no more there; it may be written again. `purged` is for what must never come back. */
export interface ArtifactRemoved {
  readonly kind: 'artifact-removed';
  readonly owner: ArtifactWritten['owner'];
  readonly path: string;
}

/**
 * Something is gone for ever, whatever the stamps say: exactly one of a run, a logged model or an
 * experiment (with its runs and models), or, with one of the keys, a single part of it. A run has
 * params, tags, metrics and artifacts; a logged model params, tags and artifacts; an experiment tags.
 */
export interface Purged {
  readonly kind: 'purged';
  readonly timeMs: number;
  readonly by: Actor;
  readonly reason?: string;
  readonly run?: RunId;
  readonly model?: LoggedModelId;
  readonly experiment?: ExperimentId;
  readonly param?: string;
  readonly tag?: string;
  readonly metric?: string;
  /** The path of the file. */
  readonly artifact?: string;
}
