import {
  assertLoggedModelName,
  type ExperimentId,
  type LoggedModelStatus,
  parseLoggedModelId,
  parseRunId,
} from '@tidemark/core';
import { z } from 'zod';
import { isFolderNextTo, REMOTE_ARTIFACTS_TAG } from './artifact-location.ts';
import type { ModelMetric } from './metric-events.ts';
import { parseMetricLines } from './metric-lines.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import type { MlrunsProblem, PlannedLoggedModel } from './mlruns-plan.ts';
import { below, listArtifacts, metaText, metaTime, readKeyFiles, readMeta } from './read-files.ts';
import { Unreadable } from './unreadable.ts';

/** The tag with the status message of MLflow, for which Tidemark has no field. */
const STATUS_MESSAGE_TAG = 'tidemark.import.statusMessage';
// LoggedModelStatus of MLflow's service.proto: 1, 2, 3.
const STATUSES: readonly LoggedModelStatus[] = ['PENDING', 'READY', 'UPLOAD_FAILED'];

const meta = z.object({
  model_id: metaText,
  experiment_id: metaText,
  name: metaText,
  model_type: metaText.nullish(),
  source_run_id: metaText.nullish(),
  status: z.int().min(1).max(3),
  status_message: metaText.nullish(),
  lifecycle_stage: z.enum(['active', 'deleted']).nullish(),
  artifact_location: metaText.nullish(),
  creation_timestamp: metaTime.nullish(),
  last_updated_timestamp: metaTime.nullish(),
});

/** A logged model and its metric points, by the run that logged them. */
export interface ReadLoggedModel {
  readonly model: PlannedLoggedModel;
  readonly metrics: readonly (ModelMetric & { readonly runId: string })[];
}

/** Reads `<exp>/models/<m-…>` completely. Throws `Unreadable`. */
export async function readLoggedModel(
  files: MlrunsFiles,
  where: { experimentId: ExperimentId; experimentPlace: string; folder: string },
  notes: MlrunsProblem[],
): Promise<ReadLoggedModel> {
  const place = below(below(where.experimentPlace, 'models'), where.folder);
  const facts = await readMeta(files, place, meta);
  if (facts.model_id !== where.folder) {
    throw new Unreadable(place, `Its meta.yaml belongs to the model ${facts.model_id}.`);
  }
  if (facts.experiment_id !== where.experimentId) {
    throw new Unreadable(
      place,
      `Its meta.yaml says that it belongs to the experiment ${facts.experiment_id}.`,
    );
  }
  assertLoggedModelName(facts.name);
  const model = parseLoggedModelId(where.folder);
  const params = await readKeyFiles(files, below(place, 'params'), 'param', notes);
  const tags = await readKeyFiles(files, below(place, 'tags'), 'tag', notes);
  if (facts.status_message) tags.set(STATUS_MESSAGE_TAG, facts.status_message);
  const artifacts = await listArtifacts(files, below(place, 'artifacts'), notes);
  const location = facts.artifact_location ?? '';
  if (artifacts.length === 0 && !isFolderNextTo(location, ['models', model])) {
    tags.set(REMOTE_ARTIFACTS_TAG, location);
    notes.push({
      severity: 'note',
      place,
      message: `Its files are at ${location} and were not imported. The tag ${REMOTE_ARTIFACTS_TAG} has the address.`,
    });
  }
  const timeMs = facts.creation_timestamp ?? 0;
  return {
    model: {
      place,
      experimentId: where.experimentId,
      modelId: model,
      location,
      facts: [
        {
          kind: 'model-created',
          model,
          experiment: where.experimentId,
          name: facts.name,
          timeMs,
          ...(facts.model_type ? { type: facts.model_type } : {}),
          ...(facts.source_run_id ? { run: parseRunId(facts.source_run_id) } : {}),
          ...(params.size === 0 ? {} : { params: Object.fromEntries(params) }),
          ...(tags.size === 0 ? {} : { tags: Object.fromEntries(tags) }),
        },
        {
          kind: 'model-updated',
          model,
          timeMs: facts.last_updated_timestamp ?? timeMs,
          status: STATUSES[facts.status - 1] ?? 'PENDING',
          ...(facts.lifecycle_stage === 'deleted' ? { stage: 'deleted' } : {}),
        },
      ],
      artifacts,
    },
    metrics: await readModelMetrics(files, place, model, notes),
  };
}

async function readModelMetrics(
  files: MlrunsFiles,
  place: string,
  model: PlannedLoggedModel['modelId'],
  problems: MlrunsProblem[],
): Promise<ReadLoggedModel['metrics']> {
  const folder = below(place, 'metrics');
  const metrics: (ModelMetric & { runId: string })[] = [];
  for (const [key, text] of await readKeyFiles(files, folder, 'metric', problems)) {
    for (const line of parseMetricLines(text, below(folder, key), 'model')) {
      metrics.push({ model, key, line, runId: line.runId ?? '' });
    }
  }
  return metrics;
}
