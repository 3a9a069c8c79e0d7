import { DEFAULT_EXPERIMENT_ID, type Experiment, type Store } from '@tidemark/core';
import type { ReportInProgress } from './import-report.ts';
import type { PlannedExperiment } from './mlruns-plan.ts';

/**
 * Brings one experiment in, with its id. A name that another experiment of the store has gets the id
 * behind it: which of two experiments a name means has to stay clear. Default is in every store: it
 * gets the tags that it lacks.
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
      message: `The store has an experiment ${JSON.stringify(name)} of its own (id ${namesake.experimentId}); this one is called ${JSON.stringify(free)}.`,
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
    {
      kind: 'experiment-updated',
      experiment: experimentId,
      timeMs: planned.lastUpdateTimeMs,
      ...(planned.stage === 'deleted' ? { stage: 'deleted' } : {}),
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
