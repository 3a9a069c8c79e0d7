import {
  assertExperimentActive,
  assertRunActive,
  assertTags,
  DEFAULT_EXPERIMENT_NAME,
  type Experiment,
  ensureExperiment,
  getExperiment,
  getRun,
  parseExperimentId,
  parseRunId,
  planDataset,
  type Run,
  type Store,
  type StoreEvent,
  TidemarkError,
} from '@tidemark/core';
import { ActiveRun } from './active-run.ts';
import type { AmbientScope } from './ambient.ts';
import type { Platform } from './platform.ts';
import { randomRunName } from './run-name.ts';

/** How a run is started. */
export interface StartRunOptions {
  /** A store or its address. Default: as `openStore()` finds it. */
  readonly store?: Store | string;
  /** The experiment's name; it is created when it is new. Default: `Default`. */
  readonly experiment?: string;
  /** The experiment's id; it has to exist. */
  readonly experimentId?: string;
  /** Resumes the run of this id instead of making a new one. */
  readonly runId?: string;
  /** Default: two words and a number. */
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Allows this run inside an open one, as its child. */
  readonly nested?: boolean;
  /** Records git commit, packages and machine as tags and `environment.json`. Default true. */
  readonly environment?: boolean;
}

/** MLflow's tag for the parent of a nested run. */
const PARENT_RUN_TAG = 'mlflow.parentRunId';

/** Creates or resumes a run and gives it the datasets that wait in the scope. */
export async function beginRun(start: {
  platform: Platform;
  scope: AmbientScope;
  store: Store;
  options: StartRunOptions;
}): Promise<ActiveRun> {
  const { platform, scope, store, options } = start;
  assertTags(options.tags ?? {});
  const parent = scope.runs.findLast((run) => !run.ended);
  if (parent !== undefined && options.nested !== true && options.runId !== parent.runId) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The run ${parent.runId} is still open here. End it first, or start this one with nested: true.`,
      { details: { runId: parent.runId } },
    );
  }
  const run =
    options.runId === undefined
      ? await createRun(platform, store, options, parent)
      : await resumeRun(store, options);
  const waiting = options.runId === undefined ? scope.waiting.take() : [];
  if (waiting.length > 0) await store.append(waiting.map((input) => planDataset(run.runId, input)));
  return new ActiveRun({
    store,
    run,
    localFiles: platform.localFiles,
    onEnd: (ended) => {
      const at = scope.runs.lastIndexOf(ended);
      if (at !== -1) scope.runs.splice(at, 1);
    },
  });
}

async function createRun(
  platform: Platform,
  store: Store,
  options: StartRunOptions,
  parent: ActiveRun | undefined,
): Promise<Run> {
  const experiment = await chooseExperiment(store, options);
  assertExperimentActive(experiment);
  const environment =
    options.environment === false ? undefined : await platform.captureEnvironment();
  const run = await store.createRun({
    experimentId: experiment.experimentId,
    name: options.name ?? randomRunName(),
    userId: platform.userName(),
    startTimeMs: Date.now(),
    tags: {
      ...environment?.tags,
      ...(parent === undefined ? {} : { [PARENT_RUN_TAG]: parent.runId }),
      ...options.tags,
    },
  });
  if (environment !== undefined) {
    const { runId, experimentId } = run;
    const file = await store.artifacts.write(
      { kind: 'run', experimentId, runId },
      'environment.json',
      new TextEncoder().encode(environment.file),
    );
    await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
  }
  return run;
}

async function resumeRun(store: Store, options: StartRunOptions): Promise<Run> {
  const run = await getRun(store, parseRunId(options.runId as string));
  assertRunActive(run);
  const events: StoreEvent[] = [{ kind: 'run-updated', run: run.runId, status: 'RUNNING' }];
  if (options.tags !== undefined) {
    events.push({ kind: 'tags', run: run.runId, tags: options.tags });
  }
  await store.append(events);
  return run;
}

async function chooseExperiment(store: Store, options: StartRunOptions): Promise<Experiment> {
  const { experiment, experimentId } = options;
  if (experimentId === undefined) {
    return ensureExperiment(store, experiment ?? DEFAULT_EXPERIMENT_NAME);
  }
  const found = await getExperiment(store, parseExperimentId(experimentId));
  if (experiment === undefined || experiment === found.name) return found;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The experiment ${experimentId} is named ${JSON.stringify(found.name)}, not ${JSON.stringify(experiment)}. Give one of the two.`,
    { details: { experiment, experimentId } },
  );
}
