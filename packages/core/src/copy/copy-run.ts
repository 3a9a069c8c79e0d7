import type { StoreEvent } from '../events/store-event.ts';
import { runOwner } from '../model/artifact-owner.ts';
import type { ExperimentId } from '../model/ids.ts';
import { comparePoints } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import { appendTaking, createTaking } from './append-taking.ts';
import { copyArtifacts } from './copy-artifacts.ts';
import { type CopyContext, copiedFromTag } from './copy-context.ts';
import { missing } from './copy-experiment.ts';
import { copyMetric } from './copy-metrics.ts';
import { datasetsInTarget, settledInTarget, valuesInTarget } from './target-ids.ts';
import { runWithoutPurged } from './without-purged.ts';

/** Creates the run in the target if it does not exist; returns `undefined` on a dry run. */
export async function ensureRun(
  context: CopyContext,
  run: Run,
  experimentId: ExperimentId,
): Promise<Run | undefined> {
  const { to, runs, report } = context;
  const known = runs.get(run.runId);
  if (known !== undefined) return (await to.runs({ runIds: [known] }))[0];
  if (report.dryRun) return undefined;
  const draft = {
    ...(to.capabilities.keepsIds ? { runId: run.runId } : {}),
    experimentId,
    name: run.name,
    userId: run.userId,
    startTimeMs: run.startTimeMs,
    // The end of the copying program says nothing about the program that logs the run.
    remote: true,
  };
  const own = copiedFromTag(context, run.runId);
  const tags = { ...settledInTarget(context, run.tags), ...own };
  const created = await createTaking(tags, own, (taken) => to.createRun({ ...draft, tags: taken }));
  runs.set(run.runId, created.runId);
  return created;
}

/**
 * Updates a run of the target to the one of the source: the params, tags, metric points, datasets, models and files
 * that it lacks, and at last its status and stage, so that an interrupted copy does not look complete. Does nothing
 * for an ended run that is equal in both.
 */
export async function copyRun(
  context: CopyContext,
  source: Run,
  experimentId: ExperimentId,
): Promise<void> {
  const { to, report } = context;
  const place = `run ${source.runId}`;
  const isNew = !context.runs.has(source.runId);
  const target = await ensureRun(context, source, experimentId);
  if (target === undefined) {
    report.copied.runs += 1;
    return;
  }
  if (target.lifecycleStage === 'deleted') {
    report.alreadyThere.runs += 1;
    if (source.lifecycleStage === 'active') {
      report.problems.push({
        severity: 'left-out',
        place,
        message: `It is deleted in ${to.uri}, and was not changed there. Restore it there, and copy again.`,
      });
    }
    return;
  }
  const run = runWithoutPurged(source, target);
  const changes = changesOf(context, run, target);
  const settled = isEnded(run) && isEnded(target) && sameLatestMetrics(run, target);
  if (settled && changes.length === 0 && sameArtifacts(context, run, target)) {
    report.alreadyThere.runs += 1;
    return;
  }
  if (report.dryRun) {
    report.copied.runs += 1;
    return;
  }
  noteConflicts(context, run, target);
  const { facts, end } = splitEnd(changes);
  const taken = await appendTaking(context, place, facts);
  let pointCount = 0;
  for (const key of Object.keys(run.metrics)) {
    const points = { source: run.runId, target: target.runId, isNew };
    pointCount += await copyMetric(context, place, key, points);
  }
  const files = await copyArtifacts(context, {
    place,
    source: runOwner(run),
    target: runOwner(target),
    recordedInSource: run.artifacts,
    recordedInTarget: target.artifacts,
  });
  const ended = await appendTaking(context, place, [...files, ...end]);
  report.copied.metricPoints += pointCount;
  const isWritten = isNew || pointCount + taken.length + ended.length > 0;
  if (isWritten) report.copied.runs += 1;
  else report.alreadyThere.runs += 1;
}

function changesOf(context: CopyContext, run: Run, target: Run): StoreEvent[] {
  const { models } = context;
  const id = target.runId;
  const changes: StoreEvent[] = [];
  const params = Object.fromEntries(
    Object.entries(valuesInTarget(context, run.params)).filter(
      ([key]) => !Object.hasOwn(target.params, key),
    ),
  );
  if (Object.keys(params).length > 0) changes.push({ kind: 'params', run: id, params });
  const tags = missing(valuesInTarget(context, run.tags), target.tags);
  if (Object.keys(tags).length > 0) changes.push({ kind: 'tags', run: id, tags });
  for (const input of datasetsInTarget(context, run)) {
    const { name, digest } = input.dataset;
    const has = target.datasets.some(
      (it) => it.dataset.name === name && it.dataset.digest === digest,
    );
    if (!has) changes.push({ kind: 'dataset', run: id, input });
  }
  for (const source of run.modelInputs) {
    const model = models.get(source) ?? source;
    if (!target.modelInputs.includes(model)) changes.push({ kind: 'model-input', run: id, model });
  }
  for (const { modelId, step } of run.modelOutputs) {
    const model = models.get(modelId) ?? modelId;
    const has = target.modelOutputs.some((it) => it.modelId === model && it.step === step);
    if (!has) changes.push({ kind: 'model-output', run: id, model, step });
  }
  const isSameEnd = run.status === target.status && run.endTimeMs === target.endTimeMs;
  if (run.name !== target.name || !isSameEnd || run.lifecycleStage === 'deleted') {
    changes.push({
      kind: 'run-updated',
      run: id,
      ...(run.name === target.name ? {} : { name: run.name }),
      ...(isSameEnd
        ? {}
        : {
            status: run.status,
            remote: true,
            ...(run.endTimeMs === undefined ? {} : { endTimeMs: run.endTimeMs }),
          }),
      ...(run.lifecycleStage === 'deleted' ? { stage: 'deleted' } : {}),
    });
  }
  return changes;
}

function splitEnd(changes: readonly StoreEvent[]): { facts: StoreEvent[]; end: StoreEvent[] } {
  const isEnd = ({ kind }: StoreEvent): boolean => kind === 'run-updated';
  return { facts: changes.filter((event) => !isEnd(event)), end: changes.filter(isEnd) };
}

function noteConflicts(context: CopyContext, run: Run, target: Run): void {
  const { report, to } = context;
  const place = `run ${run.runId}`;
  for (const [key, value] of Object.entries(valuesInTarget(context, run.params))) {
    const there = Object.hasOwn(target.params, key) ? target.params[key] : value;
    if (there === value) continue;
    report.problems.push({
      severity: 'note',
      place,
      message: `The param ${JSON.stringify(key)} is ${JSON.stringify(there)} in ${to.uri} and ${JSON.stringify(value)} in the source. A param never changes: the target keeps its own.`,
    });
  }
  for (const { key, rejected } of run.paramConflicts) {
    report.problems.push({
      severity: 'note',
      place,
      message: `The param ${JSON.stringify(key)} was logged with other values too (${rejected.join(', ')}); those were not copied.`,
    });
  }
}

function isEnded({ status }: Run): boolean {
  return status !== 'RUNNING' && status !== 'SCHEDULED';
}

/**
 * Compares without the datasets and models of the points, because MLflow's server does not return them for the latest
 * point.
 */
function sameLatestMetrics(run: Run, target: Run): boolean {
  return Object.values(run.metrics).every(({ key, value, timestampMs, step }) => {
    const there = Object.hasOwn(target.metrics, key) ? target.metrics[key] : undefined;
    if (there === undefined) return false;
    const plain = { key, value: there.value, timestampMs: there.timestampMs, step: there.step };
    return comparePoints({ key, value, timestampMs, step }, plain) === 0;
  });
}

/** Whether the recorded files are equal. If one of the stores records no files, its run may lack some. */
function sameArtifacts({ from, to }: CopyContext, run: Run, target: Run): boolean {
  if (!from.capabilities.artifactDigests || !to.capabilities.artifactDigests) return false;
  const known = new Map(target.artifacts.map(({ path, sha256 }) => [path, sha256]));
  return run.artifacts.every(({ path, sha256 }) => known.get(path) === sha256);
}
