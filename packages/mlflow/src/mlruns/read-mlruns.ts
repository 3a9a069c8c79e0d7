import { TidemarkError } from '@tidemark/core';
import type { RecordedLocations } from './artifact-location.ts';
import type { ModelMetric } from './metric-events.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import type {
  MlrunsPlan,
  MlrunsProblem,
  PlannedExperiment,
  PlannedLoggedModel,
  PlannedRegisteredModel,
  PlannedRun,
} from './mlruns-plan.ts';
import { readExperiment } from './read-experiment.ts';
import { below, entriesOf, foldersOf, hasMeta, isFolder } from './read-files.ts';
import { readLoggedModel } from './read-logged-model.ts';
import { readRegisteredModel } from './read-registered-model.ts';
import { readRun } from './read-run.ts';
import { wholeOrProblem } from './unreadable.ts';

const TRASH = '.trash';
const REGISTRY = 'models';
// Folders of an experiment that are not runs (store/tracking/file_store.py, RESERVED_EXPERIMENT_FOLDERS).
const NO_RUNS = new Set(['tags', 'datasets', 'traces', 'models']);

/**
 * Reads a whole MLflow file store, without writing anything. Returns what can be imported, and what cannot and why. A
 * run, a logged model or a registered model that cannot be read completely is a problem and not in the plan. If an
 * experiment cannot be read, its runs are left out too.
 * @throws MLRUNS_INVALID when the folder is not an MLflow file store; READ_FAILED when it cannot be listed
 */
export async function readMlruns(files: MlrunsFiles): Promise<MlrunsPlan> {
  await assertMlruns(files);
  const problems: MlrunsProblem[] = [];
  const experiments = await readExperiments(files, problems);
  const models = new Map<string, PlannedLoggedModel>();
  const modelMetrics = new Map<string, { metrics: ModelMetric[]; place: string }>();
  for (const experiment of experiments) {
    for (const { model, metrics } of await readLoggedModels(files, experiment, problems)) {
      if (isRepeated(models.get(model.modelId), model, problems)) {
        continue;
      }
      models.set(model.modelId, model);
      for (const metric of metrics) {
        const ofRun = modelMetrics.get(metric.runId) ?? { metrics: [], place: model.place };
        modelMetrics.set(metric.runId, ofRun);
        ofRun.metrics.push(metric);
      }
    }
  }
  const runs = new Map<string, PlannedRun>();
  for (const experiment of experiments) {
    for (const folder of await runFolders(files, experiment, problems)) {
      const run = await wholeOrProblem(below(experiment.place, folder), problems, () =>
        readRun(
          files,
          {
            experimentId: experiment.experimentId,
            experimentPlace: experiment.place,
            folder,
            modelMetrics: modelMetrics.get(folder)?.metrics ?? [],
          },
          problems,
        ),
      );
      if (run === undefined || isRepeated(runs.get(folder), run, problems)) {
        continue;
      }
      runs.set(folder, run);
    }
    await noteTraces(files, experiment.place, problems);
  }
  for (const [runId, { metrics, place }] of modelMetrics) {
    if (runs.has(runId)) continue;
    problems.push({
      severity: 'left-out',
      place: below(place, 'metrics'),
      message: `${metrics.length} points belong to the run ${runId}, which is not imported.`,
    });
  }
  return {
    experiments,
    runs: [...runs.values()],
    loggedModels: [...models.values()],
    registeredModels: await readRegistry(
      files,
      { runs: locationsOf(runs), models: locationsOf(models) },
      problems,
    ),
    problems,
  };
}

function locationsOf(
  things: ReadonlyMap<string, { readonly location: string }>,
): ReadonlyMap<string, string> {
  return new Map([...things].map(([id, { location }]) => [id, location]));
}

async function assertMlruns(files: MlrunsFiles): Promise<void> {
  const names: string[] = [];
  for (const { name, kind } of await entriesOf(files, '')) {
    if (kind !== 'folder') continue;
    if (name === TRASH || (await hasMeta(files, name))) return;
    names.push(name);
  }
  if (names.includes(REGISTRY)) {
    for (const model of await foldersOf(files, REGISTRY)) {
      if (await hasMeta(files, below(REGISTRY, model))) return;
    }
  }
  throw new TidemarkError(
    'MLRUNS_INVALID',
    names.includes('mlruns')
      ? 'The folder is not an MLflow file store, but its subfolder mlruns may be one. Give that folder.'
      : 'The folder is not an MLflow file store: nothing in it has a meta.yaml. Give the folder of the experiments, usually named mlruns. (With an MLflow database, that folder has only artifacts, and the runs are in the database.)',
  );
}

async function readExperiments(
  files: MlrunsFiles,
  problems: MlrunsProblem[],
): Promise<PlannedExperiment[]> {
  const experiments = new Map<string, PlannedExperiment>();
  for (const parent of ['', TRASH]) {
    for (const entry of await entriesOf(files, parent)) {
      const place = below(parent, entry.name);
      if (place === REGISTRY) continue;
      const experiment = await wholeOrProblem(place, problems, async () =>
        isFolder(place, entry)
          ? await readExperiment(files, place, entry.name, problems)
          : undefined,
      );
      if (experiment === undefined) continue;
      const { experimentId } = experiment;
      if (isRepeated(experiments.get(experimentId), experiment, problems)) continue;
      experiments.set(experimentId, experiment);
    }
  }
  return [...experiments.values()];
}

async function readLoggedModels(
  files: MlrunsFiles,
  { place: experimentPlace, experimentId }: PlannedExperiment,
  problems: MlrunsProblem[],
): ReturnType<typeof allOf<Awaited<ReturnType<typeof readLoggedModel>>>> {
  const folder = below(experimentPlace, 'models');
  return allOf(files, folder, problems, (name) =>
    readLoggedModel(files, { experimentId, experimentPlace, folder: name }, problems),
  );
}

async function readRegistry(
  files: MlrunsFiles,
  locations: RecordedLocations,
  problems: MlrunsProblem[],
): Promise<PlannedRegisteredModel[]> {
  const models = await allOf(files, REGISTRY, problems, (name) =>
    readRegisteredModel(files, name, locations, problems),
  );
  return models.filter((model) => model !== undefined);
}

/** Reads every sub-folder that can be read completely. */
async function allOf<T>(
  files: MlrunsFiles,
  folder: string,
  problems: MlrunsProblem[],
  read: (name: string) => Promise<T>,
): Promise<T[]> {
  const all: T[] = [];
  const entries = await wholeOrProblem(folder, problems, () => entriesOf(files, folder));
  for (const entry of entries ?? []) {
    const place = below(folder, entry.name);
    const one = await wholeOrProblem(place, problems, async () =>
      isFolder(place, entry) ? await read(entry.name) : undefined,
    );
    if (one !== undefined) all.push(one);
  }
  return all;
}

async function runFolders(
  files: MlrunsFiles,
  { place }: PlannedExperiment,
  problems: MlrunsProblem[],
): Promise<string[]> {
  const folders: string[] = [];
  for (const entry of await entriesOf(files, place)) {
    if (NO_RUNS.has(entry.name)) continue;
    const isRun = await wholeOrProblem(below(place, entry.name), problems, async () =>
      isFolder(below(place, entry.name), entry),
    );
    if (isRun === true) folders.push(entry.name);
  }
  return folders;
}

async function noteTraces(
  files: MlrunsFiles,
  experimentPlace: string,
  problems: MlrunsProblem[],
): Promise<void> {
  const place = below(experimentPlace, 'traces');
  const count = (await entriesOf(files, place)).length;
  if (count === 0) return;
  problems.push({
    severity: 'left-out',
    place,
    message: `${count} ${count === 1 ? 'trace is' : 'traces are'} there, which Tidemark does not keep.`,
  });
}

/** Returns whether the same id occurred before, for example after folders were copied by hand. */
function isRepeated<T extends { readonly place: string }>(
  first: T | undefined,
  one: T,
  problems: MlrunsProblem[],
): boolean {
  if (first === undefined) return false;
  problems.push({
    severity: 'left-out',
    place: one.place,
    message: `The same id occurs twice. The one in ${first.place} was used.`,
  });
  return true;
}
