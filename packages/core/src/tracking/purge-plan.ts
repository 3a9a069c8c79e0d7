import { TidemarkError } from '../errors.ts';
import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import { modelOwner, runOwner } from '../model/artifact-owner.ts';
import { assertArtifactPath } from '../model/artifact-path.ts';
import {
  DEFAULT_EXPERIMENT_ID,
  type ExperimentId,
  type LoggedModelId,
  type RunId,
} from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { PurgeablePart } from '../model/purged-part.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { getExperiment } from './find-experiment.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './get-run.ts';
import { type ReferringArtifact, referringArtifacts } from './referring-artifacts.ts';
import {
  contentKey,
  isAtOrBelow,
  type VersionName,
  versionReferences,
} from './referring-versions.ts';

/**
 * The target of a purge: a run, a logged model or an experiment with everything in it, or one part of it. The key of
 * an artifact is the path of a file or a folder.
 */
export type PurgeTarget =
  | { readonly run: RunId; readonly part?: PurgeablePart; readonly key?: string }
  | {
      readonly model: LoggedModelId;
      readonly part?: Exclude<PurgeablePart, 'metric'>;
      readonly key?: string;
    }
  | { readonly experiment: ExperimentId; readonly part?: 'tag'; readonly key?: string };

/** The things that a purge would remove, and the versions and artifacts that prevent it. */
export interface PurgePlan {
  readonly target: PurgeTarget;
  /** The runs and logged models that would be purged as a whole. */
  readonly runs: readonly RunId[];
  readonly loggedModels: readonly LoggedModelId[];
  /** The recorded files that would be removed. */
  readonly files: readonly { readonly owner: ArtifactOwner; readonly file: ArtifactFile }[];
  /** For one part: whether readers see it now. The logs still contain a value that was overwritten or deleted. */
  readonly isVisible: boolean;
  /** The model versions that need it. While there are any, `purge` refuses it. */
  readonly neededBy: readonly VersionName[];
  /**
   * For one part of a run: the versions that have a digest of the run's record. They do not prevent the purge,
   * because a secret must be removable. Their digest no longer verifies after it.
   */
  readonly pinnedBy: readonly VersionName[];
  /** The artifacts of other runs and models that refer to one of `files`. While there are any, `purge` refuses it. */
  readonly referredBy: readonly ReferringArtifact[];
}

/**
 * Finds out what a purge would remove, and changes nothing.
 *
 * @example
 * ```ts
 * import { planPurge } from '@tidemark/core';
 *
 * const { files, neededBy } = await planPurge(store, { run: runId });
 * if (neededBy.length === 0) console.log(`${files.length} files would be removed`);
 * ```
 *
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, EXPERIMENT_NOT_FOUND, ARTIFACT_PATH_UNSAFE; INVALID_ARGUMENT for a
 * part without its key, and for the experiment Default, which every store has
 */
export async function planPurge(
  store: Store,
  target: PurgeTarget,
  /** The result of `referringArtifacts`, for a caller that plans many purges. Default: read when needed. */
  referring?: readonly ReferringArtifact[],
): Promise<PurgePlan> {
  assertArguments({ store, target, referring }, 'planPurge', {
    store: 'store',
    target: 'object',
    referring: 'array?',
  });
  assertTarget(target);
  const plan = await planUnreferred(store, target);
  if (plan.files.length === 0) return { ...plan, referredBy: [] };
  const going = new Set<string>([...plan.runs, ...plan.loggedModels]);
  const files = new Set(plan.files.map(({ owner, file }) => contentKey(idOf(owner), file.path)));
  const referredBy = (referring ?? (await referringArtifacts(store))).filter(
    ({ id, path, to }) =>
      files.has(contentKey(to.id, to.path)) && !going.has(id) && !files.has(contentKey(id, path)),
  );
  return { ...plan, referredBy };
}

function planUnreferred(store: Store, target: PurgeTarget): Promise<UnreferredPlan> {
  if ('experiment' in target) return planExperiment(store, target);
  if ('run' in target) return planRun(store, target);
  return planModel(store, target);
}

type UnreferredPlan = Omit<PurgePlan, 'referredBy'>;

function idOf(owner: ArtifactOwner): RunId | LoggedModelId {
  return owner.kind === 'run' ? owner.runId : owner.modelId;
}

/**
 * Refuses a plan that removes files which a version of a registered model needs, or which another artifact refers to.
 * @throws PURGE_REFUSED
 */
export function assertNotNeeded({ neededBy, referredBy }: PurgePlan): void {
  if (neededBy.length === 0) {
    assertNotReferred(referredBy);
    return;
  }
  const names = neededBy.map(({ model, version }) => `${model} version ${version}`);
  throw new TidemarkError(
    'PURGE_REFUSED',
    `It is still needed by ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}. Delete ${names.length === 1 ? 'that version' : 'those versions'} first.`,
    { details: { versions: neededBy } },
  );
}

function assertNotReferred(referredBy: PurgePlan['referredBy']): void {
  if (referredBy.length === 0) return;
  const names = referredBy.map(({ id, path }) => `${JSON.stringify(path)} of ${id}`);
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  throw new TidemarkError(
    'PURGE_REFUSED',
    `Other artifacts refer to the bytes of its files: ${names.slice(0, 5).join(', ')}${more}. Remove or purge ${names.length === 1 ? 'that one' : 'those'} first, or write the content there.`,
    { details: { artifacts: referredBy.map(({ id, path }) => ({ id, path })) } },
  );
}

async function planRun(
  store: Store,
  target: Extract<PurgeTarget, { run: RunId }>,
): Promise<UnreferredPlan> {
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
      neededBy: distinct(
        files.flatMap(({ file }) => contents.get(contentKey(run.runId, file.path)) ?? []),
      ),
      pinnedBy: await versionsPinning(store, run.runId),
    };
  }
  return {
    target,
    runs: [run.runId],
    loggedModels: [],
    files: filesBelow(owner, run.artifacts),
    isVisible: true,
    neededBy: runs.get(run.runId) ?? [],
    pinnedBy: [],
  };
}

async function planModel(
  store: Store,
  target: Extract<PurgeTarget, { model: LoggedModelId }>,
): Promise<UnreferredPlan> {
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
    // The files of a version belong to the version, and can only be removed after it.
    neededBy: holdsFiles ? (loggedModels.get(model.modelId) ?? []) : [],
    pinnedBy: [],
  };
}

async function planExperiment(
  store: Store,
  target: Extract<PurgeTarget, { experiment: ExperimentId }>,
): Promise<UnreferredPlan> {
  const experiment = await getExperiment(store, target.experiment);
  if (target.part !== undefined) {
    const isShown = Object.hasOwn(experiment.tags, target.key ?? '');
    const nothing = { runs: [], loggedModels: [], files: [], neededBy: [], pinnedBy: [] };
    return { target, isVisible: isShown, ...nothing };
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
    pinnedBy: [],
  };
}

/** Returns the versions that have a digest of this run's record. */
async function versionsPinning(store: Store, runId: RunId): Promise<VersionName[]> {
  const models = await store.registry.list();
  return models.flatMap(({ model }) =>
    model.versions
      .filter((version) => version.runId === runId && version.runState !== undefined)
      .map(({ version }) => ({ model: model.name, version })),
  );
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
  // Every key in the logs can be purged, also one that would be refused today.
  else if (key === '') {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The key of the ${part} to purge is empty. Give its key.`,
    );
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
