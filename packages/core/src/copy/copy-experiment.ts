import type { Experiment } from '../model/experiment.ts';
import type { CopyContext } from './copy-context.ts';

/**
 * Makes sure that the target has the experiment, under its name, with its tags; says whether its runs
 * can be copied there. What is deleted in the target stays as it is.
 */
export async function copyExperiment(
  context: CopyContext,
  experiment: Experiment,
  known: readonly Experiment[],
): Promise<boolean> {
  const { to, report } = context;
  const place = `experiment ${JSON.stringify(experiment.name)}`;
  const existing = counterpart(experiment, known);
  if (existing === undefined) {
    report.copied.experiments += 1;
    if (report.dryRun) return true;
    const { name, creationTimeMs, tags, experimentId } = experiment;
    const created = await to.createExperiment({ experimentId, name, creationTimeMs, tags });
    context.experiments.set(experimentId, created.experimentId);
    return true;
  }
  context.experiments.set(experiment.experimentId, existing.experimentId);
  if (existing.lifecycleStage === 'deleted') {
    report.alreadyThere.experiments += 1;
    if (experiment.lifecycleStage === 'active') {
      report.problems.push({
        severity: 'left-out',
        place,
        message: `It is deleted in ${to.uri}, so its runs are not copied. Restore it there, and copy again.`,
      });
    }
    return false;
  }
  const changes = missing(experiment.tags, existing.tags);
  if (Object.keys(changes).length === 0) report.alreadyThere.experiments += 1;
  else {
    report.copied.experiments += 1;
    if (report.dryRun) return true;
    await to.append([
      {
        kind: 'experiment-updated',
        experiment: existing.experimentId,
        timeMs: experiment.lastUpdateTimeMs,
        tags: changes,
      },
    ]);
  }
  return true;
}

/** Deletes in the target what is deleted in the source; after its runs, for which it has to be live. */
export async function copyExperimentStage(
  { to, experiments, report }: CopyContext,
  experiment: Experiment,
): Promise<void> {
  const target = experiments.get(experiment.experimentId);
  if (experiment.lifecycleStage === 'active' || target === undefined || report.dryRun) return;
  await to.append([
    {
      kind: 'experiment-updated',
      experiment: target,
      timeMs: experiment.lastUpdateTimeMs,
      stage: 'deleted',
    },
  ]);
}

/** The values that the target lacks or has otherwise. */
export function missing(
  source: Readonly<Record<string, string>>,
  target: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).filter(
      ([key, value]) => !Object.hasOwn(target, key) || target[key] !== value,
    ),
  );
}

/** By name, for ids are given by stores; a live one before a deleted one. */
function counterpart(experiment: Experiment, known: readonly Experiment[]): Experiment | undefined {
  const namesakes = known.filter(({ name }) => name === experiment.name);
  return namesakes.find(({ lifecycleStage }) => lifecycleStage === 'active') ?? namesakes[0];
}
