import {
  DATASET_CONTEXT_TAG,
  type DatasetInput,
  deltaDatasetVersion,
  type LoggedModel,
  type MetricDirection,
  metricDirection,
  type Run,
} from '@tidemark/core';
import type { Environment } from '@tidemark/environment';
import { formatDuration, formatTime } from '../../render/quantities.ts';

/** The groups of compared values, in the order of the page. */
export const COMPARED_GROUPS = [
  'run',
  'params',
  'metrics',
  'tags',
  'datasets',
  'models',
  'environment',
] as const;

/** The name of a group. */
export type ComparedGroup = (typeof COMPARED_GROUPS)[number];

/** One compared value: for each run in order, or null if a run has none. */
export interface ComparedRow {
  readonly group: ComparedGroup;
  readonly key: string;
  readonly values: readonly (string | number | null)[];
  /** Whether all runs have the same value. */
  readonly same: boolean;
  /** Whether a higher or a lower value is better. Set for a metric with a known key. */
  readonly better?: MetricDirection;
}

/** A run with the compared data that is not in its record. */
export interface ComparedRun {
  readonly run: Run;
  readonly experimentName: string | undefined;
  readonly models: readonly LoggedModel[];
  /** The artifact `environment.json` of the run. Absent when the run has none. */
  readonly environment?: Environment;
  /** Why that artifact cannot be used. */
  readonly environmentProblem?: string;
}

/** Compares runs. Returns one row for each value that any of them has. */
export function compareRunRows(runs: readonly ComparedRun[]): ComparedRow[] {
  const facts = runs.map(factsOf);
  return COMPARED_GROUPS.flatMap((group) => {
    const keys = new Set(facts.flatMap((fact) => Object.keys(fact[group])));
    const ordered = group === 'run' ? [...keys] : [...keys].sort();
    return ordered.flatMap((key) => {
      const values = facts.map((fact) => own(fact[group], key));
      if (values.every((value) => value === null)) return [];
      const same = values.every((value) => Object.is(value, values[0]));
      const better = group === 'metrics' ? metricDirection(key) : undefined;
      return [{ group, key, values, same, ...(better === undefined ? {} : { better }) }];
    });
  });
}

type Facts = Record<ComparedGroup, Readonly<Record<string, string | number | undefined>>>;

function factsOf({ run, experimentName, models, ...rest }: ComparedRun): Facts {
  const tags = Object.entries(run.tags).filter(([key]) => !SHOWN_ELSEWHERE.has(key));
  return {
    run: {
      experiment: experimentName ?? run.experimentId,
      status: run.status,
      started: formatTime(run.startTimeMs),
      took:
        run.endTimeMs === undefined ? undefined : formatDuration(run.endTimeMs - run.startTimeMs),
      user: run.userId,
    },
    params: run.params,
    metrics: Object.fromEntries(Object.values(run.metrics).map(({ key, value }) => [key, value])),
    tags: Object.fromEntries(tags.filter(([key]) => !OF_ENVIRONMENT.test(key))),
    datasets: grouped(run.datasets, datasetKey, datasetText),
    models: grouped(
      models,
      ({ name }) => name,
      ({ modelType = '' }) => modelType || 'a model',
    ),
    environment: {
      ...Object.fromEntries(tags.filter(([key]) => OF_ENVIRONMENT.test(key))),
      ...(rest.environment === undefined ? {} : environmentFacts(rest.environment)),
      'environment.json': rest.environmentProblem,
    },
  };
}

/** Tags that are shown elsewhere: the name is above the columns, and the user among the facts. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  'mlflow.runName',
  'mlflow.user',
  // It lists the ids of models, which no two runs share.
  'mlflow.log-model.history',
]);

const OF_ENVIRONMENT = /^(mlflow\.source|tidemark\.(node|os|package|lockfile|ci))(\.|$)/;

function environmentFacts({ host, package: pkg, process }: Environment): Record<string, string> {
  return {
    arguments: process.argv.slice(2).join(' '),
    cpu: `${host.cpuCount} × ${host.cpuModel ?? host.arch}`,
    memory: `${Math.round(host.totalMemoryBytes / 2 ** 30)} GiB`,
    host: host.hostname,
    ...Object.fromEntries(
      Object.entries(pkg?.dependencies ?? {}).map(([name, version]) => [
        `dependency ${name}`,
        version,
      ]),
    ),
  };
}

function datasetKey({ dataset, tags }: DatasetInput): string {
  const context = tags[DATASET_CONTEXT_TAG];
  return context === undefined ? dataset.name : `${dataset.name} (${context})`;
}

function datasetText({ dataset }: DatasetInput): string {
  const version = deltaDatasetVersion(dataset);
  return version === undefined ? dataset.digest : `version ${version.version}, ${dataset.digest}`;
}

/** Groups items by key. The texts of items with the same key are joined in a fixed order. */
function grouped<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  text: (item: Item) => string,
): Record<string, string> {
  const texts = new Map<string, string[]>();
  for (const item of items) texts.set(key(item), [...(texts.get(key(item)) ?? []), text(item)]);
  return Object.fromEntries([...texts].map(([name, found]) => [name, found.sort().join('; ')]));
}

function own(
  facts: Readonly<Record<string, string | number | undefined>>,
  key: string,
): string | number | null {
  return Object.hasOwn(facts, key) ? (facts[key] ?? null) : null;
}
