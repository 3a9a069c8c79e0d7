import {
  type DatasetInput,
  type ExperimentId,
  parseLoggedModelId,
  parseRunId,
  RUN_NAME_TAG,
  type RunId,
  type RunStatus,
  type StoreEvent,
} from '@tidemark/core';
import { z } from 'zod';
import { isFolderNextTo, REMOTE_ARTIFACTS_TAG } from './artifact-location.ts';
import {
  distinctPoints,
  type ModelMetric,
  metricEvents,
  type RunMetricPoint,
} from './metric-events.ts';
import { parseMetricLines } from './metric-lines.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import type { MlrunsProblem, PlannedRun } from './mlruns-plan.ts';
import {
  below,
  foldersOf,
  listArtifacts,
  metaText,
  metaTime,
  readKeyFiles,
  readMeta,
} from './read-files.ts';
import { Unreadable } from './unreadable.ts';

// RunStatus of MLflow's service.proto; before 1.0 its name was written.
const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
// SourceType of the same; 1000 is UNKNOWN.
const SOURCE_TYPES = ['NOTEBOOK', 'JOB', 'PROJECT', 'LOCAL'];

const meta = z.object({
  run_id: metaText.nullish(),
  run_uuid: metaText.nullish(),
  experiment_id: metaText,
  run_name: metaText.nullish(),
  name: metaText.nullish(),
  user_id: metaText.nullish(),
  status: z.union([z.int(), z.string()]),
  start_time: metaTime.nullish(),
  end_time: metaTime.nullish(),
  lifecycle_stage: z.enum(['active', 'deleted']).nullish(),
  artifact_uri: metaText.nullish(),
  source_name: metaText.nullish(),
  source_type: z.union([z.int(), z.string()]).nullish(),
  source_version: metaText.nullish(),
  entry_point_name: metaText.nullish(),
});
type Meta = z.infer<typeof meta>;

const inputMeta = z.object({
  source_type: z.enum(['DATASET', 'MODEL']),
  source_id: metaText,
  tags: z.record(z.string(), metaText).nullish(),
});
const outputMeta = z.object({ destination_id: metaText, step: z.int().nullish() });
const datasetMeta = z.object({
  name: metaText,
  digest: metaText,
  source_type: metaText,
  source: metaText,
  schema: metaText.nullish(),
  profile: metaText.nullish(),
});

/** The place of a run, and the data about it in other files. */
export interface RunPlace {
  readonly experimentId: ExperimentId;
  readonly experimentPlace: string;
  readonly folder: string;
  /** The points of the run's metrics that logged models have. */
  readonly modelMetrics: readonly ModelMetric[];
}

/**
 * Reads a run completely: its fields, params, tags, metric histories, inputs, outputs, and the list of its artifacts.
 * Every folder may be missing, because git does not keep empty ones. Throws `Unreadable`.
 */
export async function readRun(
  files: MlrunsFiles,
  where: RunPlace,
  notes: MlrunsProblem[],
): Promise<PlannedRun> {
  const { experimentId, experimentPlace } = where;
  const place = below(experimentPlace, where.folder);
  const facts = await readMeta(files, place, meta);
  assertOwn(place, facts, where);
  const run = parseRunId(where.folder);
  const params = await readKeyFiles(files, below(place, 'params'), 'param', notes);
  const tags = await readKeyFiles(files, below(place, 'tags'), 'tag', notes);
  let pointCount = 0;
  const { modelMetrics } = where;
  for await (const points of readMetricPoints(files, place, modelMetrics, notes)) {
    pointCount += points.length;
  }
  const artifacts = await listArtifacts(files, below(place, 'artifacts'), notes);
  const location = facts.artifact_uri ?? '';
  if (artifacts.length === 0 && !isFolderNextTo(location, [experimentId, run])) {
    tags.set(REMOTE_ARTIFACTS_TAG, location);
    notes.push({
      severity: 'note',
      place,
      message: `Its artifacts are at ${location} and were not imported. The tag ${REMOTE_ARTIFACTS_TAG} has the address.`,
    });
  }
  // The name in meta.yaml is the run's; its tag only mirrors it.
  const name = facts.run_name || tags.get(RUN_NAME_TAG) || facts.name || '';
  tags.delete(RUN_NAME_TAG);
  for (const [key, value] of oldSourceTags(facts)) if (!tags.has(key)) tags.set(key, value);
  return {
    place,
    experimentId,
    runId: run,
    location,
    facts: [
      {
        kind: 'run-created',
        run,
        experiment: experimentId,
        name,
        user: facts.user_id || (tags.get('mlflow.user') ?? ''),
        timeMs: facts.start_time ?? 0,
        // The importing process does not own the run, so its end must not end the run.
        remote: true,
      },
      ...(params.size === 0
        ? []
        : [{ kind: 'params', run, params: Object.fromEntries(params) } as const]),
      ...(tags.size === 0 ? [] : [{ kind: 'tags', run, tags: Object.fromEntries(tags) } as const]),
      ...(await readInputs(files, experimentPlace, place, run)),
      ...(await readOutputs(files, place, run)),
      {
        kind: 'run-updated',
        run,
        status: statusOf(place, facts.status),
        ...(typeof facts.end_time === 'number' ? { endTimeMs: facts.end_time } : {}),
        remote: true,
        ...(facts.lifecycle_stage === 'deleted' ? { stage: 'deleted' } : {}),
      },
    ],
    metricPointCount: pointCount,
    readMetrics: async () => {
      const all: RunMetricPoint[][] = [];
      // Metrics that are left out were reported when they were counted.
      for await (const points of readMetricPoints(files, place, modelMetrics, [])) {
        all.push(points);
      }
      return metricEvents(run, all.flat());
    },
    artifacts,
  };
}

/** Yields the points of each metric, one metric at a time, including metrics that only a logged model has. */
async function* readMetricPoints(
  files: MlrunsFiles,
  place: string,
  ofModels: readonly ModelMetric[],
  problems: MlrunsProblem[],
): AsyncGenerator<RunMetricPoint[]> {
  const folder = below(place, 'metrics');
  const texts = await readKeyFiles(files, folder, 'metric', problems);
  for (const key of new Set([...texts.keys(), ...ofModels.map((metric) => metric.key)])) {
    const lines = parseMetricLines(texts.get(key) ?? '', below(folder, key), 'run');
    yield distinctPoints(key, lines, ofModels);
  }
}

function assertOwn(place: string, facts: Meta, { experimentId, folder }: RunPlace): void {
  const runId = facts.run_id ?? facts.run_uuid;
  if (runId !== folder) {
    throw new Unreadable(place, `Its meta.yaml belongs to the run ${runId ?? 'without an id'}.`);
  }
  if (facts.experiment_id !== experimentId) {
    throw new Unreadable(
      place,
      `Its meta.yaml says that it belongs to the experiment ${facts.experiment_id}.`,
    );
  }
}

function statusOf(place: string, status: number | string): RunStatus {
  const found =
    typeof status === 'number'
      ? STATUSES[status - 1]
      : STATUSES.find((candidate) => candidate === status);
  if (found !== undefined) return found;
  throw new Unreadable(place, `Its status ${JSON.stringify(status)} does not exist in MLflow.`);
}

/** Returns the tags of MLflow 1.0 and later that were fields of meta.yaml before. */
function oldSourceTags(facts: Meta): [string, string][] {
  if (!facts.source_name) return [];
  const type = facts.source_type;
  const tags: [string, string | null | undefined][] = [
    ['mlflow.source.name', facts.source_name],
    ['mlflow.source.type', typeof type === 'number' ? SOURCE_TYPES[type - 1] : type],
    ['mlflow.source.git.commit', facts.source_version],
    ['mlflow.project.entryPoint', facts.entry_point_name],
  ];
  return tags.flatMap(([key, value]): [string, string][] => (value ? [[key, value]] : []));
}

async function readInputs(
  files: MlrunsFiles,
  experimentPlace: string,
  place: string,
  run: RunId,
): Promise<StoreEvent[]> {
  const events: StoreEvent[] = [];
  const folder = below(place, 'inputs');
  for (const name of await foldersOf(files, folder)) {
    const input = await readMeta(files, below(folder, name), inputMeta);
    if (input.source_type === 'MODEL') {
      events.push({ kind: 'model-input', run, model: parseLoggedModelId(input.source_id) });
      continue;
    }
    const dataset = await readDataset(files, experimentPlace, input.source_id);
    events.push({ kind: 'dataset', run, input: { dataset, tags: input.tags ?? {} } });
  }
  return events;
}

async function readDataset(
  files: MlrunsFiles,
  experimentPlace: string,
  id: string,
): Promise<DatasetInput['dataset']> {
  const folder = below(experimentPlace, 'datasets');
  if (!(await foldersOf(files, folder)).includes(id)) {
    throw new Unreadable(below(folder, id), 'A run read this dataset, but its file is missing.');
  }
  const facts = await readMeta(files, below(folder, id), datasetMeta);
  return {
    name: facts.name,
    digest: facts.digest,
    sourceType: facts.source_type,
    source: facts.source,
    ...(typeof facts.schema === 'string' ? { schema: facts.schema } : {}),
    ...(typeof facts.profile === 'string' ? { profile: facts.profile } : {}),
  };
}

async function readOutputs(files: MlrunsFiles, place: string, run: RunId): Promise<StoreEvent[]> {
  const events: StoreEvent[] = [];
  const folder = below(place, 'outputs');
  for (const name of await foldersOf(files, folder)) {
    // The source of an output is the run. MLflow writes the model there too, by mistake.
    const output = await readMeta(files, below(folder, name), outputMeta);
    events.push({
      kind: 'model-output',
      run,
      model: parseLoggedModelId(output.destination_id),
      step: output.step ?? 0,
    });
  }
  return events;
}
