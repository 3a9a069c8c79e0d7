import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { COPIED_FROM_TAG, type CopyContext, oneByOne } from './copy-context.ts';
import { copyExperiment, copyExperimentIds, copyExperimentStage } from './copy-experiment.ts';
import { copyLoggedModel, ensureModel } from './copy-logged-model.ts';
import { copyRegisteredModel } from './copy-registered-model.ts';
import { type CopyProgress, type CopyReport, newCopyReport } from './copy-report.ts';
import { copyRun, ensureRun } from './copy-run.ts';

/** The part of a store to copy. An absent property selects everything. */
export interface CopySelection {
  /** Only runs and logged models of the experiments with these names. */
  readonly experiments?: readonly string[];
  /** Only these runs, and the logged models that they produced. */
  readonly runIds?: readonly RunId[];
  /** Only these registered models; an empty list for none. */
  readonly registeredModels?: readonly string[];
}

/** Options of `copyStore`. */
export interface CopyOptions {
  readonly select?: CopySelection;
  /** The author of changes in the target's registry. Default: an actor without a name. */
  readonly by?: Actor;
  /** Whether to only find out what would be copied. Default false. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/**
 * Copies a store into another: experiments, runs with all their points and files, logged models and registered
 * models. Import, export, push and sync all use this function. It only adds: things that only the target has stay. If
 * both have a value, the source's value is set, except for params, which never change. Ids are kept if the target
 * supports that (`capabilities.keepsIds`); otherwise the tag `tidemark.copied-from` has the old id. You can interrupt
 * a copy and repeat it, and repeat it later to copy what is new.
 *
 * @example
 * ```ts
 * import { copyStore } from '@tidemark/core';
 *
 * const { copied, problems } = await copyStore(store, other, { select: { experiments: ['penguins'] } });
 * for (const { severity, place, message } of problems) console.warn(severity, place, message);
 * ```
 *
 * @throws SERVER_UNREACHABLE, WRITE_FAILED and similar errors; repeat the copy to continue where it stopped
 */
export async function copyStore(
  from: Store,
  to: Store,
  options: CopyOptions = {},
): Promise<CopyReport> {
  assertArguments({ from, to }, 'copyStore', { from: 'store', to: 'store' });
  assertOptions(options, 'copyStore', {
    select: 'record?',
    by: 'actor?',
    dryRun: 'boolean?',
    onProgress: 'function?',
  });
  if (options.select !== undefined) {
    assertOptions(options.select, 'the option select of copyStore', {
      experiments: 'strings?',
      runIds: 'strings?',
      registeredModels: 'strings?',
    });
  }
  const { select = {}, by = { name: '', authenticated: false }, dryRun = false } = options;
  const onProgress = options.onProgress ?? (() => {});
  const context: CopyContext = {
    from,
    to,
    by,
    report: newCopyReport(dryRun),
    selected: new Set(),
    experiments: new Map(),
    runs: new Map(),
    models: new Map(),
    modelPoints: new Map(),
  };
  const experiments = await copyExperiments(context, select, onProgress);
  const runs = await selectedRuns(context, experiments, select);
  const models = await selectedModels(context, experiments, runs, select);
  for (const { runId } of runs) context.selected.add(runId);
  for (const { modelId } of models) context.selected.add(modelId);
  await findCopied(context, { runs, models });
  for (const point of runs.length === 0 ? [] : ((await from.modelPoints?.()) ?? [])) {
    const ofRun = context.modelPoints.get(point.runId);
    if (ofRun === undefined) context.modelPoints.set(point.runId, [point]);
    else ofRun.push(point);
  }
  // If the target chooses ids, a value can only name a run or model that exists there. So first all are created, and
  // then they get the values that name others.
  if (!to.capabilities.keepsIds) {
    for (const run of runs) {
      const target = context.experiments.get(run.experimentId);
      if (target === undefined) continue;
      await oneByOne(context, `run ${run.runId}`, () => ensureRun(context, run, target));
    }
    for (const model of models) {
      const target = context.experiments.get(model.experimentId);
      if (target === undefined) continue;
      const place = `logged model ${model.modelId}`;
      await oneByOne(context, place, () => ensureModel(context, model, target));
    }
  }
  await each(models, 'logged models', onProgress, async (model) => {
    const target = targetOf(context, model.experimentId);
    const place = `logged model ${model.modelId}`;
    await oneByOne(context, place, () => copyLoggedModel(context, model, target));
  });
  await each(runs, 'runs', onProgress, async (run) => {
    const target = targetOf(context, run.experimentId);
    await oneByOne(context, `run ${run.runId}`, () => copyRun(context, run, target));
  });
  const entries = await from.registry.list();
  const chosen = entries.filter(
    ({ model }) => select.registeredModels?.includes(model.name) ?? isWhole(select),
  );
  await each(chosen, 'registered models', onProgress, async (entry) => {
    const place = `registered model ${JSON.stringify(entry.model.name)}`;
    await oneByOne(context, place, () => copyRegisteredModel(context, entry));
  });
  await copyExperimentIds(context, experiments);
  for (const experiment of experiments) await copyExperimentStage(context, experiment);
  return context.report;
}

/** Returns the selected experiments whose runs can be copied. */
async function copyExperiments(
  context: CopyContext,
  { experiments: names, runIds }: CopySelection,
  onProgress: (progress: CopyProgress) => void,
): Promise<Experiment[]> {
  const all = await context.from.experiments();
  const known = await context.to.experiments();
  const holding =
    runIds === undefined
      ? undefined
      : new Set((await context.from.runs({ runIds })).map(({ experimentId }) => experimentId));
  const chosen = all.filter(
    ({ name, experimentId }) =>
      (names?.includes(name) ?? true) && (holding?.has(experimentId) ?? true),
  );
  const usable: Experiment[] = [];
  await each(chosen, 'experiments', onProgress, async (experiment) => {
    const place = `experiment ${JSON.stringify(experiment.name)}`;
    const copied = await oneByOne(context, place, () => copyExperiment(context, experiment, known));
    if (copied === true) usable.push(experiment);
  });
  return usable;
}

/**
 * Finds the runs and logged models of the target that equal the selected ones: by their id, by the tag of an earlier
 * copy, or because the selected one is itself a copy of one in the target.
 */
async function findCopied(
  { to, experiments, runs, models }: CopyContext,
  selected: { readonly runs: readonly Run[]; readonly models: readonly LoggedModel[] },
): Promise<void> {
  const experimentIds = [...experiments.values()];
  if (experimentIds.length === 0) return;
  const runsThere = counterparts(await to.runs({ experimentIds }), ({ runId }) => runId);
  for (const run of selected.runs) {
    const there = runsThere(run.runId, run.tags);
    if (there !== undefined) runs.set(run.runId, there);
  }
  const modelsThere = counterparts(
    await to.loggedModels({ experimentIds }),
    ({ modelId }) => modelId,
  );
  for (const model of selected.models) {
    const there = modelsThere(model.modelId, model.tags);
    if (there !== undefined) models.set(model.modelId, there);
  }
}

function counterparts<Id extends string, Item extends { readonly tags: Run['tags'] }>(
  items: readonly Item[],
  idOf: (item: Item) => Id,
): (id: Id, tags: Run['tags']) => Id | undefined {
  const byId = new Map<string, Id>();
  for (const item of items) {
    const original = item.tags[COPIED_FROM_TAG];
    if (original !== undefined) byId.set(original, idOf(item));
  }
  for (const item of items) byId.set(idOf(item), idOf(item));
  return (id, tags) => byId.get(id) ?? byId.get(tags[COPIED_FROM_TAG] ?? '');
}

/** Returns the runs oldest first, so that a target that sorts by arrival keeps their order. */
async function selectedRuns(
  { from }: CopyContext,
  experiments: readonly Experiment[],
  { runIds }: CopySelection,
): Promise<Run[]> {
  const experimentIds = experiments.map(({ experimentId }) => experimentId);
  if (experimentIds.length === 0) return [];
  const runs = await from.runs({ experimentIds, ...(runIds === undefined ? {} : { runIds }) });
  return runs.reverse();
}

async function selectedModels(
  { from }: CopyContext,
  experiments: readonly Experiment[],
  runs: readonly Run[],
  { runIds }: CopySelection,
): Promise<LoggedModel[]> {
  const experimentIds = experiments.map(({ experimentId }) => experimentId);
  if (experimentIds.length === 0) return [];
  const models = await from.loggedModels({ experimentIds });
  const outputs = new Set(runs.flatMap((run) => run.modelOutputs.map(({ modelId }) => modelId)));
  return models
    .filter(
      ({ modelId, sourceRunId }) =>
        runIds === undefined ||
        outputs.has(modelId) ||
        (sourceRunId !== undefined && runIds.includes(sourceRunId)),
    )
    .reverse();
}

/** Returns the experiment in the target. On a dry run a new experiment has no id there yet, so its own id is used. */
function targetOf({ experiments }: CopyContext, experimentId: ExperimentId): ExperimentId {
  return experiments.get(experimentId) ?? experimentId;
}

function isWhole({ experiments, runIds }: CopySelection): boolean {
  return experiments === undefined && runIds === undefined;
}

async function each<Item>(
  items: readonly Item[],
  what: CopyProgress['what'],
  onProgress: (progress: CopyProgress) => void,
  copy: (item: Item) => Promise<void>,
): Promise<void> {
  for (const [done, item] of items.entries()) {
    onProgress({ what, done, total: items.length });
    await copy(item);
  }
  if (items.length > 0) onProgress({ what, done: items.length, total: items.length });
}
