import type { Actor, ExperimentId, Store } from '@tidemark/core';
import { assertArguments, assertOptions } from '@tidemark/core';
import { finishExperiment, importExperiment } from './import-experiment.ts';
import { importRegisteredModel } from './import-registered-model.ts';
import { type MlrunsReport, noCounts } from './import-report.ts';
import { importWhole } from './import-whole.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import { readMlruns } from './read-mlruns.ts';

/** Source, target and author of an import. */
export interface ImportMlrunsOptions {
  readonly files: MlrunsFiles;
  readonly store: Store;
  /**
   * The user who imports: the author of registry changes for which MLflow recorded no author, and of the evidence
   * of tags.
   */
  readonly by: Actor;
  /** Whether to read and check everything without writing. Default false. */
  readonly dryRun?: boolean;
}

/**
 * Imports an MLflow file store: experiments, runs with their whole histories, inputs, outputs and artifacts, logged
 * models, and registered models with versions, tags and aliases. Ids, names, times and version numbers are kept.
 * The import reads everything before it writes anything. What cannot be read completely is left out and reported,
 * and the rest is imported. What the store already has (by id, or by name for a registered model) stays as it is.
 * You can therefore repeat an import, even after an interruption.
 * @throws MLRUNS_INVALID, READ_FAILED when the folder cannot be read at all; WRITE_FAILED
 *
 * @example
 * ```ts
 * import type { MlrunsFiles } from '@tidemark/mlflow';
 *
 * declare const files: MlrunsFiles; // your implementation, which reads a folder or an archive
 *
 * const { imported, problems } = await importMlruns({
 *   files,
 *   store,
 *   by: { name: 'ada', authenticated: false },
 * });
 * ```
 */
export async function importMlruns(options: ImportMlrunsOptions): Promise<MlrunsReport> {
  assertOptions(options, 'importMlruns', {
    files: 'object',
    store: 'store',
    by: 'actor',
    dryRun: 'boolean?',
  });
  const { files, store, by, dryRun = false } = options;
  assertArguments(files, 'the files of importMlruns', {
    list: 'function',
    readText: 'function',
    open: 'function',
  });
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
      message: `The experiment ${experimentId} of the store is deleted, so nothing was imported into it. Restore it and import again.`,
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
