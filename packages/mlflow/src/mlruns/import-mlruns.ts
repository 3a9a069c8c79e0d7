import type { Actor, ExperimentId, Store } from '@tidemark/core';
import { finishExperiment, importExperiment } from './import-experiment.ts';
import { importRegisteredModel } from './import-registered-model.ts';
import { type MlrunsReport, noCounts } from './import-report.ts';
import { importWhole } from './import-whole.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import { readMlruns } from './read-mlruns.ts';

/** From where to where, on whose behalf. */
export interface ImportMlrunsOptions {
  readonly files: MlrunsFiles;
  readonly store: Store;
  /** Who brings it in: the author of registry commits that MLflow names nobody for, and of the evidence. */
  readonly by: Actor;
  /** Reads and checks everything and writes nothing. Default false. */
  readonly dryRun?: boolean;
}

/**
 * Brings an MLflow file store into a store: experiments, runs with their whole histories, inputs,
 * outputs and artifacts, logged models, and registered models with versions, tags and aliases. Ids,
 * names, times and version numbers are kept. Everything is read before anything is written; what
 * cannot be read whole is left out and reported, and the rest comes in. What the store has already
 * (by id, or by name for a registered model) is left as it is, so that an import can be repeated, and
 * one that was interrupted goes on.
 * @throws MLRUNS_INVALID, READ_FAILED when the folder cannot be read at all; WRITE_FAILED
 */
export async function importMlruns(options: ImportMlrunsOptions): Promise<MlrunsReport> {
  const { files, store, by, dryRun = false } = options;
  const plan = await readMlruns(files);
  const report = {
    dryRun,
    imported: noCounts(),
    alreadyThere: { experiments: 0, runs: 0, loggedModels: 0, registeredModels: 0 },
    problems: [...plan.problems],
  };
  for (const experiment of plan.experiments) await importExperiment(store, experiment, report);
  const closed = new Set(
    (await store.experiments())
      .filter(({ lifecycleStage }) => lifecycleStage === 'deleted')
      .map(({ experimentId }) => experimentId),
  );
  const isClosed = ({ experimentId, place }: { experimentId: ExperimentId; place: string }) => {
    if (!closed.has(experimentId)) return false;
    report.problems.push({
      severity: 'left-out',
      place,
      message: `The store's experiment ${experimentId} is deleted. Restore it, and import again.`,
    });
    return true;
  };
  const knownModels = new Set((await store.loggedModels({})).map(({ modelId }) => modelId));
  for (const model of plan.loggedModels) {
    const { modelId, experimentId } = model;
    if (knownModels.has(modelId)) report.alreadyThere.loggedModels += 1;
    else if (
      !isClosed(model) &&
      (await importWhole(
        { files, store, report },
        {
          ...model,
          owner: { kind: 'model', experimentId, modelId },
          eventOwner: { model: modelId },
        },
      ))
    ) {
      report.imported.loggedModels += 1;
    }
  }
  const knownRuns = new Set((await store.runs({})).map(({ runId }) => runId));
  for (const run of plan.runs) {
    const { runId, experimentId } = run;
    if (knownRuns.has(runId)) report.alreadyThere.runs += 1;
    else if (
      !isClosed(run) &&
      (await importWhole(
        { files, store, report },
        { ...run, owner: { kind: 'run', experimentId, runId }, eventOwner: { run: runId } },
      ))
    ) {
      report.imported.runs += 1;
      if (dryRun) report.imported.metricPoints += run.metricPointCount;
    }
  }
  for (const model of plan.registeredModels) {
    await importRegisteredModel({ store, by, report }, model);
  }
  for (const experiment of dryRun ? [] : plan.experiments)
    await finishExperiment(store, experiment);
  return report;
}
