import { isTidemarkError } from '../errors.ts';
import type { Experiment } from '../model/experiment.ts';
import { appendTaking, createTaking } from './append-taking.ts';
import type { CopyContext } from './copy-context.ts';
import { holdsId, valuesInTarget } from './target-ids.ts';

/**
 * Makes sure that the target has the experiment, under its name, with its tags. Returns whether its runs can be
 * copied. An experiment that is deleted in the target stays deleted.
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
    const { name, creationTimeMs, experimentId } = experiment;
    const tags = tagsWithoutIds(context, experiment);
    if (!report.dryRun) {
      try {
        const draft = { experimentId, name, creationTimeMs };
        const created = await createTaking(tags, {}, (taken) =>
          to.createExperiment({ ...draft, tags: taken }),
        );
        context.experiments.set(experimentId, created.experimentId);
        // The target refused one of these tags.
        await setTags(context, experiment, created, tags);
      } catch (error) {
        if (!isTidemarkError(error, 'EXPERIMENT_EXISTS')) throw error;
        // Another process created it first, so it counts as existing.
        const now = await to.experiments();
        if (counterpart(experiment, now) === undefined) throw error;
        return copyExperiment(context, experiment, now);
      }
    }
    report.copied.experiments += 1;
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
  const changes = missing(tagsWithoutIds(context, experiment), existing.tags);
  if (Object.keys(changes).length === 0) report.alreadyThere.experiments += 1;
  else {
    report.copied.experiments += 1;
    if (report.dryRun) return true;
    await setTags(context, experiment, existing, changes);
  }
  return true;
}

/**
 * Returns the tags without those that may name runs or models. If the target chooses ids, those are set after the
 * runs and models exist.
 */
function tagsWithoutIds({ to }: CopyContext, { tags }: Experiment): Record<string, string> {
  const entries = Object.entries(tags);
  return Object.fromEntries(
    to.capabilities.keepsIds ? entries : entries.filter(([, value]) => !holdsId(value)),
  );
}

/** Sets the tags of experiments that name runs or models, with the ids in the target. */
export async function copyExperimentIds(
  context: CopyContext,
  experiments: readonly Experiment[],
): Promise<void> {
  if (context.report.dryRun || context.to.capabilities.keepsIds) return;
  const naming = experiments.filter(({ tags }) => Object.values(tags).some(holdsId));
  const known = naming.length === 0 ? [] : await context.to.experiments();
  for (const experiment of naming) {
    const id = context.experiments.get(experiment.experimentId);
    const target = known.find(({ experimentId }) => experimentId === id);
    if (target === undefined) continue;
    await setTags(context, experiment, target, valuesInTarget(context, experiment.tags));
  }
}

/** Sets the tags that an experiment of the target lacks or has with another value. */
async function setTags(
  context: CopyContext,
  source: Experiment,
  target: Experiment,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const changes = missing(tags, target.tags);
  if (Object.keys(changes).length === 0) return;
  await appendTaking(context, `experiment ${JSON.stringify(source.name)}`, [
    {
      kind: 'experiment-updated',
      experiment: target.experimentId,
      timeMs: source.lastUpdateTimeMs,
      tags: changes,
    },
  ]);
}

/**
 * Soft-deletes an experiment in the target that is deleted in the source. Called after its runs are copied, because
 * until then it must be live.
 */
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

/** Returns the values that the target lacks or has with another value. */
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

/**
 * Finds the experiment of the target by name, because ids differ between stores. Prefers a live one to a deleted one.
 */
function counterpart(experiment: Experiment, known: readonly Experiment[]): Experiment | undefined {
  const namesakes = known.filter(({ name }) => name === experiment.name);
  return namesakes.find(({ lifecycleStage }) => lifecycleStage === 'active') ?? namesakes[0];
}
