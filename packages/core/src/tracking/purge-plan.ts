import { TidemarkError } from '../errors.ts';
import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import { assertArtifactPath } from '../model/artifact-path.ts';
import {
  DEFAULT_EXPERIMENT_ID,
  type ExperimentId,
  type LoggedModelId,
  type RunId,
} from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { PurgeablePart } from '../model/purged-part.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../store/store.ts';
import { getExperiment } from './find-experiment.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './find-run.ts';
import {
  contentKey,
  isAtOrBelow,
  type VersionName,
  versionReferences,
} from './referring-versions.ts';

/**
 * What is to be purged: a run, a logged model or an experiment with everything in it, or one part. The
 * key of an artifact is its path, of a file or of a folder.
 */
export type PurgeTarget =
  | { readonly run: RunId; readonly part?: PurgeablePart; readonly key?: string }
  | {
      readonly model: LoggedModelId;
      readonly part?: Exclude<PurgeablePart, 'metric'>;
      readonly key?: string;
    }
  | { readonly experiment: ExperimentId; readonly part?: 'tag'; readonly key?: string };

/** What a purge would remove, and what forbids it. */
export interface PurgePlan {
  readonly target: PurgeTarget;
  /** The runs and logged models that would be gone as a whole. */
  readonly runs: readonly RunId[];
  readonly loggedModels: readonly LoggedModelId[];
  /** The recorded files that would be removed. */
  readonly files: readonly { readonly owner: ArtifactOwner; readonly file: ArtifactFile }[];
  /** Of one part: whether a reader sees it now. A value that was overwritten or taken away still lies in the logs. */
  readonly isVisible: boolean;
  /** The model versions that need it; while there are any, it is not purged. */
  readonly neededBy: readonly VersionName[];
}

/**
 * Says what purging would remove, and changes nothing.
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, EXPERIMENT_NOT_FOUND, ARTIFACT_PATH_UNSAFE;
 * INVALID_ARGUMENT for half a part, and for the experiment Default, which every store has
 */
export async function planPurge(store: Store, target: PurgeTarget): Promise<PurgePlan> {
  assertTarget(target);
  if ('experiment' in target) return planExperiment(store, target);
  if ('run' in target) return planRun(store, target);
  return planModel(store, target);
}

/**
 * Refuses to remove what a version of a registered model needs.
 * @throws PURGE_REFUSED
 */
export function assertNotNeeded({ neededBy }: PurgePlan): void {
  if (neededBy.length === 0) return;
  const names = neededBy.map(({ model, version }) => `${model} version ${version}`);
  throw new TidemarkError(
    'PURGE_REFUSED',
    `It is still needed by ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}. Delete ${names.length === 1 ? 'that version' : 'those versions'} first.`,
    { details: { versions: neededBy } },
  );
}

async function planRun(
  store: Store,
  target: Extract<PurgeTarget, { run: RunId }>,
): Promise<PurgePlan> {
  const run = await getRun(store, target.run);
  const owner = runOwner(run);
  const { runs, contents } = await versionReferences(store);
  if (target.part !== undefined) {
    const files = target.part === 'artifact' ? filesBelow(owner, run.artifacts, target.key) : [];
    return {
      target,
      runs: [],
      loggedModels: [],
      files,
      isVisible: isVisible(run, target.part, target.key ?? ''),
      // A secret has to be removable: a version's digest of the run's state then says that it changed.
      neededBy: distinct(
        files.flatMap(({ file }) => contents.get(contentKey(run.runId, file.path)) ?? []),
      ),
    };
  }
  return {
    target,
    runs: [run.runId],
    loggedModels: [],
    files: filesBelow(owner, run.artifacts),
    isVisible: true,
    neededBy: runs.get(run.runId) ?? [],
  };
}

async function planModel(
  store: Store,
  target: Extract<PurgeTarget, { model: LoggedModelId }>,
): Promise<PurgePlan> {
  const model = await getLoggedModel(store, target.model);
  const isWhole = target.part === undefined;
  const { loggedModels } = await versionReferences(store);
  const holdsFiles = isWhole || target.part === 'artifact';
  return {
    target,
    runs: [],
    loggedModels: isWhole ? [model.modelId] : [],
    files: holdsFiles ? filesBelow(modelOwner(model), model.artifacts, target.key) : [],
    isVisible: isWhole || isVisible(model, target.part, target.key ?? ''),
    // The files of a version are the version: they go when it is gone.
    neededBy: holdsFiles ? (loggedModels.get(model.modelId) ?? []) : [],
  };
}

async function planExperiment(
  store: Store,
  target: Extract<PurgeTarget, { experiment: ExperimentId }>,
): Promise<PurgePlan> {
  const experiment = await getExperiment(store, target.experiment);
  if (target.part !== undefined) {
    const isShown = Object.hasOwn(experiment.tags, target.key ?? '');
    return { target, runs: [], loggedModels: [], files: [], isVisible: isShown, neededBy: [] };
  }
  if (experiment.experimentId === DEFAULT_EXPERIMENT_ID) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'The experiment Default is part of every store and cannot be purged. Purge its runs, or delete it.',
    );
  }
  const selection = { experimentIds: [experiment.experimentId] };
  const runs = await store.runs(selection);
  const models = await store.loggedModels(selection);
  const references = await versionReferences(store);
  const neededBy = [
    ...runs.flatMap(({ runId }) => references.runs.get(runId) ?? []),
    ...models.flatMap(({ modelId }) => references.loggedModels.get(modelId) ?? []),
  ];
  return {
    target,
    runs: runs.map(({ runId }) => runId),
    loggedModels: models.map(({ modelId }) => modelId),
    files: [
      ...runs.flatMap((run) => filesBelow(runOwner(run), run.artifacts)),
      ...models.flatMap((model) => filesBelow(modelOwner(model), model.artifacts)),
    ],
    isVisible: true,
    neededBy: distinct(neededBy),
  };
}

function assertTarget(target: PurgeTarget): void {
  const { part, key } = target;
  if ((part === undefined) !== (key === undefined)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'A part is purged by its kind and its key together. Give both, or neither for all of it.',
    );
  }
  if (part === undefined || key === undefined) return;
  if (part === 'artifact') assertArtifactPath(key);
  // Whatever is in the logs can be purged, also a key that would be refused today.
  else if (key === '') {
    throw new TidemarkError('INVALID_ARGUMENT', `Say which ${part} is to be purged.`);
  }
}

function isVisible(of: Run | LoggedModel, part: PurgeablePart, key: string): boolean {
  switch (part) {
    case 'param':
      return Object.hasOwn(of.params, key);
    case 'tag':
      return Object.hasOwn(of.tags, key);
    case 'metric':
      return 'metrics' in of && Object.hasOwn(of.metrics, key);
    case 'artifact':
      return of.artifacts.some(({ path }) => isAtOrBelow(path, key));
  }
}

function filesBelow(
  owner: ArtifactOwner,
  files: readonly ArtifactFile[],
  path?: string,
): PurgePlan['files'] {
  return files
    .filter((file) => path === undefined || isAtOrBelow(file.path, path))
    .map((file) => ({ owner, file }));
}

function distinct(names: readonly VersionName[]): VersionName[] {
  return [...new Map(names.map((name) => [`${name.model}\n${name.version}`, name])).values()];
}

/** Whose artifacts a run's are. */
export function runOwner({ experimentId, runId }: Run): ArtifactOwner {
  return { kind: 'run', experimentId, runId };
}

/** Whose artifacts a logged model's are. */
export function modelOwner({ experimentId, modelId }: LoggedModel): ArtifactOwner {
  return { kind: 'model', experimentId, modelId };
}
