import {
  assertExperimentActive,
  assertRunActive,
  assertTags,
  DEFAULT_EXPERIMENT_NAME,
  type Experiment,
  ensureExperiment,
  getExperiment,
  getRun,
  PARENT_RUN_TAG,
  parseExperimentId,
  parseRunId,
  planDataset,
  RUN_NAME_TAG,
  type Run,
  type RunId,
  randomRunName,
  type Store,
  type StoreEvent,
  TidemarkError,
} from '@tidemark/core';
import type { AmbientScope } from '../ambient/ambient.ts';
import type { OpenRuns } from '../ambient/open-runs.ts';
import type { Platform } from '../platform/platform.ts';
import { ActiveRun } from '../run/active-run.ts';
import {
  nextSystemStep,
  type SystemMetricsOptions,
  SystemMonitor,
} from '../system/system-monitor.ts';
import { logEnvironment, startPatch } from './log-environment.ts';
import { assertSystemMetrics, type StartRunOptions } from './start-run-options.ts';

/** A run to start, and its context. */
interface RunStart {
  readonly platform: Platform;
  readonly scope: AmbientScope;
  readonly openRuns: OpenRuns;
  readonly store: Store;
  readonly options: StartRunOptions;
}

/**
 * Creates or resumes a run and gives it the datasets that wait in the scope. It checks everything before it writes
 * anything. If a write fails after the run was created, the run ends FAILED.
 */
export async function beginRun(start: RunStart): Promise<ActiveRun> {
  const { platform, scope, openRuns, store, options } = start;
  assertTags(options.tags ?? {});
  const systemMetrics = options.systemMetrics ?? platform.defaultSystemMetrics();
  if (typeof systemMetrics === 'object') assertSystemMetrics(systemMetrics);
  const parent = scope.runs.findLast((run) => !run.ended);
  if (parent !== undefined && options.nested !== true && options.runId !== parent.runId) {
    throw stillOpen(`The run ${parent.runId} is still active here`);
  }
  const { run, work } =
    options.runId === undefined
      ? await createRun(start, parent)
      : { run: await resumeRun(store, parseRunId(options.runId), start), work: undefined };
  const monitor = startMonitor(start, run, systemMetrics);
  const active = new ActiveRun({
    store,
    run,
    localFiles: platform.localFiles,
    joined: options.join === true,
    ...(monitor === undefined ? {} : { monitor }),
    onEnd: (ended) => {
      const at = scope.runs.lastIndexOf(ended);
      if (at !== -1) scope.runs.splice(at, 1);
      openRuns.delete(ended);
    },
  });
  if (work !== undefined) active.endAfter(work);
  openRuns.add(active);
  return active;
}

function startMonitor(
  { platform, store }: RunStart,
  run: Run,
  wanted: boolean | SystemMetricsOptions,
): SystemMonitor | undefined {
  if (wanted === false) return undefined;
  const sampler = platform.systemSampler?.();
  if (sampler === undefined) {
    platform.warn('System metrics are not logged: a program cannot read the machine here.');
    return undefined;
  }
  return new SystemMonitor({
    runId: run.runId,
    sampler,
    options: wanted === true ? {} : wanted,
    firstStep: nextSystemStep(run.metrics),
    append: (events) => store.append(events),
    warn: platform.warn,
  });
}

/** Refuses a second run without a body while another one is being opened in the same scope. */
export function assertNotOpening(scope: AmbientScope, options: StartRunOptions): void {
  if (scope.opening && options.nested !== true)
    throw stillOpen('Another run is being started here');
}

function stillOpen(what: string): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `${what}. End it first, start this one with nested: true, or give each its own scope with startRun(options, body).`,
  );
}

async function createRun(
  { platform, scope, store, options }: RunStart,
  parent: ActiveRun | undefined,
): Promise<{ run: Run; work: Promise<void> | undefined }> {
  const name = runName(options);
  const experiment = await chooseExperiment(store, options, parent);
  assertExperimentActive(experiment);
  const environment =
    options.environment === false ? undefined : await platform.captureEnvironment();
  const run = await store.createRun({
    experimentId: experiment.experimentId,
    name,
    userId: platform.userName(),
    startTimeMs: Date.now(),
    tags: {
      ...environment?.tags,
      ...(parent?.store === store ? { [PARENT_RUN_TAG]: parent.runId } : {}),
      ...options.tags,
    },
  });
  const { runId, experimentId } = run;
  const made = { store, runId, experimentId };
  try {
    const events: StoreEvent[] = scope.waiting.take().map((input) => planDataset(runId, input));
    if (events.length > 0) await store.append(events);
    if (environment !== undefined) await logEnvironment(made, environment.file);
  } catch (error) {
    const failed = { kind: 'run-updated', run: runId, status: 'FAILED' } as const;
    await store.append([{ ...failed, endTimeMs: Date.now() }]).catch((unwritten: unknown) => {
      platform.warn(`The run ${runId} could not be ended as FAILED: ${String(unwritten)}`);
    });
    throw error;
  }
  if (environment === undefined || !wantsPatch(options)) return { run, work: undefined };
  const { work } = await startPatch(made, environment, platform.warn);
  return { run, work };
}

function wantsPatch({ environment }: StartRunOptions): boolean {
  return typeof environment !== 'object' || environment.patch !== false;
}

/** Returns the name of the run. MLflow keeps it in a tag, which counts too. Two different names are a mistake. */
function runName({ name, tags }: StartRunOptions): string {
  const tagged = tags?.[RUN_NAME_TAG];
  if (name !== undefined && tagged !== undefined && name !== tagged) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The run is named ${JSON.stringify(name)} and ${JSON.stringify(tagged)} in the tag ${RUN_NAME_TAG}. Give one of the two.`,
    );
  }
  return name ?? tagged ?? randomRunName();
}

async function resumeRun(store: Store, runId: RunId, { scope, options }: RunStart): Promise<Run> {
  const run = await getRun(store, runId);
  assertRunActive(run);
  const experiments = await store.experiments();
  const experiment = experiments.find(({ experimentId }) => experimentId === run.experimentId);
  for (const [what, given, is] of [
    ['name', options.name, run.name],
    ['experiment', options.experiment, experiment?.name],
    ['experimentId', options.experimentId, run.experimentId],
  ]) {
    if (given === undefined || given === is) continue;
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The run ${runId} has the ${what} ${JSON.stringify(is)}, not ${JSON.stringify(given)}. Leave ${what} out to resume it.`,
      { details: { runId } },
    );
  }
  const events: StoreEvent[] =
    options.join === true ? [] : [{ kind: 'run-updated', run: runId, status: 'RUNNING' }];
  if (options.tags !== undefined) events.push({ kind: 'tags', run: runId, tags: options.tags });
  events.push(...scope.waiting.take().map((input) => planDataset(runId, input)));
  if (events.length > 0) await store.append(events);
  return run;
}

async function chooseExperiment(
  store: Store,
  options: StartRunOptions,
  parent: ActiveRun | undefined,
): Promise<Experiment> {
  const { experiment } = options;
  const inherited = experiment === undefined && parent?.store === store ? parent : undefined;
  const experimentId = options.experimentId ?? inherited?.experimentId;
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
