import type { EventKind } from './event-kind.ts';
import { type ArtifactWritten, artifactWritten } from './kinds/artifact.ts';
import { type ArtifactRemoved, artifactRemoved } from './kinds/artifact-removed.ts';
import { type DatasetUsed, datasetUsed } from './kinds/dataset.ts';
import { type ExperimentCreated, experimentCreated } from './kinds/experiment-created.ts';
import { type ExperimentUpdated, experimentUpdated } from './kinds/experiment-updated.ts';
import { type LoggedModelCreated, loggedModelCreated } from './kinds/logged-model-created.ts';
import {
  type LoggedModelParamsLogged,
  loggedModelParamsLogged,
} from './kinds/logged-model-params.ts';
import { type LoggedModelTagsSet, loggedModelTagsSet } from './kinds/logged-model-tags.ts';
import { type LoggedModelUpdated, loggedModelUpdated } from './kinds/logged-model-updated.ts';
import { type MetricSeriesLogged, metricSeriesLogged } from './kinds/metric-series.ts';
import { type MetricsLogged, metricsLogged } from './kinds/metrics.ts';
import { type ModelUsed, modelUsed } from './kinds/model-input.ts';
import { type ModelProduced, modelProduced } from './kinds/model-output.ts';
import { type ParamsLogged, paramsLogged } from './kinds/params.ts';
import { type Purged, purged } from './kinds/purged.ts';
import { type RunCreated, runCreated } from './kinds/run-created.ts';
import { type RunUpdated, runUpdated } from './kinds/run-updated.ts';
import { type TagsSet, tagsSet } from './kinds/tags.ts';

/**
 * Everything that can happen to experiments, runs and logged models. A store appends these events, and the fold reads
 * them. The names are those of the log lines (`docs/store-format.md`). A new kind may be added to a format version;
 * the meaning of an old one never changes.
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

/** The events of one kind. */
export type EventOfKind<Kind extends StoreEventKind> = Extract<StoreEvent, { kind: Kind }>;

/** Every kind. */
export const EVENT_KINDS: { readonly [Kind in StoreEventKind]: EventKind<EventOfKind<Kind>> } = {
  'experiment-created': experimentCreated,
  'experiment-updated': experimentUpdated,
  'run-created': runCreated,
  'run-updated': runUpdated,
  params: paramsLogged,
  tags: tagsSet,
  metrics: metricsLogged,
  'metric-series': metricSeriesLogged,
  dataset: datasetUsed,
  'model-input': modelUsed,
  'model-output': modelProduced,
  'model-created': loggedModelCreated,
  'model-updated': loggedModelUpdated,
  'model-tags': loggedModelTagsSet,
  'model-params': loggedModelParamsLogged,
  artifact: artifactWritten,
  'artifact-removed': artifactRemoved,
  purged,
};

/** Returns the kind of an event, with its functions. */
export function kindOf(event: StoreEvent): EventKind<StoreEvent> {
  return EVENT_KINDS[event.kind];
}
