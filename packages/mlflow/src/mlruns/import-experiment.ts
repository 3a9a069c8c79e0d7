import { DEFAULT_EXPERIMENT_ID, type Experiment, type Store } from '@tidemark/core';
import type { ReportInProgress } from './import-report.ts';
import type { PlannedExperiment } from './mlruns-plan.ts';

/**
 * Imports one experiment with its id. If another experiment of the store has its name, the id is appended, so that a
 * name never means two experiments. Default exists in every store and gets the tags that it lacks. Call
 * `finishExperiment` after its runs are imported.
 */
export async function importExperiment(
  store: Store,
  planned: PlannedExperiment,
  report: ReportInProgress,
): Promise<void> {
  const known = await store.experiments();
  const existing = known.find(({ experimentId }) => experimentId === planned.experimentId);
  if (existing !== undefined && planned.experimentId !== DEFAULT_EXPERIMENT_ID) {
    report.alreadyThere.experiments += 1;
    return;
  }
  if (existing !== undefined) {
    await completeDefault(store, existing, planned, report);
    return;
  }
  const namesake = known.find(({ name }) => name === planned.name);
  const { experimentId, name, place } = planned;
  const free = namesake === undefined ? name : `${name} (${experimentId})`;
  if (namesake !== undefined) {
    report.problems.push({
      severity: 'note',
      place,
      message: `The store already has an experiment ${JSON.stringify(name)} (id ${namesake.experimentId}), so the imported one is named ${JSON.stringify(free)}.`,
    });
  }
  report.imported.experiments += 1;
  if (report.dryRun) return;
  await store.append([
    {
      kind: 'experiment-created',
      experiment: experimentId,
      name: free,
      timeMs: planned.creationTimeMs,
      ...(Object.keys(planned.tags).length === 0 ? {} : { tags: planned.tags }),
    },
  ]);
}

/**
 * Sets the time of the last change of an experiment, and deletes the experiment if MLflow had deleted it. This comes
 * last, because a deleted experiment refuses writes. An experiment that was changed here since stays as it is.
 */
export async function finishExperiment(store: Store, planned: PlannedExperiment): Promise<void> {
  const { experimentId, stage, lastUpdateTimeMs } = planned;
  const there = (await store.experiments()).find((known) => known.experimentId === experimentId);
  const isUntouched =
    there !== undefined &&
    experimentId !== DEFAULT_EXPERIMENT_ID &&
    there.lifecycleStage === 'active' &&
    there.lastUpdateTimeMs === there.creationTimeMs;
  if (!isUntouched || (stage === 'active' && lastUpdateTimeMs === there.lastUpdateTimeMs)) return;
  await store.append([
    {
      kind: 'experiment-updated',
      experiment: experimentId,
      timeMs: lastUpdateTimeMs,
      ...(stage === 'deleted' ? { stage } : {}),
    },
  ]);
}

async function completeDefault(
  store: Store,
  existing: Experiment,
  planned: PlannedExperiment,
  report: ReportInProgress,
): Promise<void> {
  const missing = Object.entries(planned.tags).filter(
    ([key]) => !Object.hasOwn(existing.tags, key),
  );
  if (missing.length === 0) {
    report.alreadyThere.experiments += 1;
    return;
  }
  report.imported.experiments += 1;
  if (report.dryRun) return;
  await store.append([
    {
      kind: 'experiment-updated',
      experiment: planned.experimentId,
      timeMs: planned.lastUpdateTimeMs,
      tags: Object.fromEntries(missing),
    },
  ]);
}
