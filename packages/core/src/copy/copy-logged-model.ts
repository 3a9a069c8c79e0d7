import type { StoreEvent } from '../events/store-event.ts';
import { modelOwner } from '../model/artifact-owner.ts';
import type { ExperimentId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { appendTaking, createTaking } from './append-taking.ts';
import { copyArtifacts } from './copy-artifacts.ts';
import { type CopyContext, copiedFromTag } from './copy-context.ts';
import { missing } from './copy-experiment.ts';
import { settledInTarget, valuesInTarget } from './target-ids.ts';
import { modelWithoutPurged } from './without-purged.ts';

/** Updates a logged model of the target to the one of the source. The status is set last. */
export async function copyLoggedModel(
  context: CopyContext,
  source: LoggedModel,
  experimentId: ExperimentId,
): Promise<void> {
  const { models, report } = context;
  const place = `logged model ${source.modelId}`;
  const target = await ensureModel(context, source, experimentId);
  if (target === undefined) {
    report.copied.loggedModels += 1;
    return;
  }
  const model = modelWithoutPurged(source, target);
  const isSettled = model.status === target.status && model.status !== 'PENDING';
  const tags = missing(valuesInTarget(context, model.tags), target.tags);
  const params = missing(valuesInTarget(context, model.params), target.params);
  const isSame = Object.keys(tags).length === 0 && Object.keys(params).length === 0;
  if (target.lifecycleStage === 'deleted' || (isSettled && isSame)) {
    report.alreadyThere.loggedModels += 1;
    return;
  }
  report.copied.loggedModels += 1;
  if (report.dryRun) return;
  const files = await copyArtifacts(context, {
    place,
    source: modelOwner(model),
    target: modelOwner(target),
    recordedInSource: model.artifacts,
    recordedInTarget: target.artifacts,
  });
  const timeMs = model.lastUpdateTimeMs;
  const id = target.modelId;
  models.set(model.modelId, id);
  const events: StoreEvent[] = [...files];
  if (Object.keys(tags).length > 0) events.push({ kind: 'model-tags', model: id, timeMs, tags });
  if (Object.keys(params).length > 0) {
    events.push({ kind: 'model-params', model: id, timeMs, params });
  }
  // A partial copy in the source does not have the final status of the model.
  if (model.status !== target.status && model.status !== 'PENDING') {
    events.push({ kind: 'model-updated', model: id, timeMs, status: model.status });
  }
  if (model.lifecycleStage === 'deleted') {
    events.push({ kind: 'model-updated', model: id, timeMs, stage: 'deleted' });
  }
  await appendTaking(context, place, events);
}

/** Creates the logged model in the target if it does not exist; returns `undefined` on a dry run. */
export async function ensureModel(
  context: CopyContext,
  model: LoggedModel,
  experimentId: ExperimentId,
): Promise<LoggedModel | undefined> {
  const { to, models, runs, report } = context;
  const known = models.get(model.modelId);
  if (known !== undefined) return (await to.loggedModels({ modelIds: [known] }))[0];
  if (report.dryRun) return undefined;
  const { modelType, sourceRunId } = model;
  const draft = {
    ...(to.capabilities.keepsIds ? { modelId: model.modelId } : {}),
    experimentId,
    name: model.name,
    creationTimeMs: model.creationTimeMs,
    ...(modelType === undefined ? {} : { modelType }),
    ...(sourceRunId === undefined ? {} : { sourceRunId: runs.get(sourceRunId) ?? sourceRunId }),
  };
  const own = copiedFromTag(context, model.modelId);
  const params = settledInTarget(context, model.params);
  const tags = { ...settledInTarget(context, model.tags), ...own };
  const created = await createTaking({ ...params, ...tags }, own, (taken) =>
    to.createLoggedModel({ ...draft, ...(taken === own ? { tags: own } : { params, tags }) }),
  );
  models.set(model.modelId, created.modelId);
  return created;
}
