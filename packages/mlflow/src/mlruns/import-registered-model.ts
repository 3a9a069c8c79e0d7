import {
  type Actor,
  type ArtifactFile,
  artifactsDigest,
  type RegistryChange,
  type RegistryCommitDraft,
  type RegistryEntry,
  type RegistryTag,
  type Store,
} from '@tidemark/core';
import type { ReportInProgress } from './import-report.ts';
import type { PlannedRegisteredModel, PlannedTombstone, PlannedVersion } from './mlruns-plan.ts';

/** Marks a registered model that was brought in: `mlruns`, and while it is under way how far it came. */
const IMPORT_TAG = 'tidemark.import';
/** Where the files of a version were that MLflow has deleted: it says nothing of them any more. */
const DELETED_SOURCE = 'tidemark:deleted';

/** Where to, on whose behalf, and what has been done so far. */
export interface RegistryImport {
  readonly store: Store;
  readonly by: Actor;
  readonly report: ReportInProgress;
}

/**
 * Brings a registered model in as a chain of commits at the times that MLflow recorded: its creation,
 * two for each version (made; last changed), one for each that was deleted, and its last change. Each commit says in a tag how far
 * the import came, so that one that was interrupted goes on where it stopped.
 * @throws WRITE_FAILED; REGISTRY_CONFLICT when somebody else changes the model meanwhile
 */
export async function importRegisteredModel(
  { store, by, report }: RegistryImport,
  planned: PlannedRegisteredModel,
): Promise<void> {
  let entry = await store.registry.read(planned.name);
  const done = entry === undefined ? 0 : commitsDone(entry);
  if (done === undefined) {
    report.alreadyThere.registeredModels += 1;
    noteDifferences(entry, planned, report);
    return;
  }
  report.imported.registeredModels += 1;
  report.imported.modelVersions += planned.versions.length;
  if (report.dryRun) return;
  const drafts = await planCommits(store, by, planned);
  for (const draft of drafts.slice(done)) {
    entry = await store.registry.commit(planned.name, entry?.head, draft);
  }
}

/** How many commits of an interrupted import are there; `undefined` when nothing is under way. */
function commitsDone(entry: RegistryEntry): number | undefined {
  const value = entry.model.tags.find(({ key }) => key === IMPORT_TAG)?.value;
  const done = /^mlruns, under way: (\d+) of \d+$/.exec(value ?? '')?.[1];
  return done === undefined ? undefined : Number(done);
}

function noteDifferences(
  entry: RegistryEntry | undefined,
  planned: PlannedRegisteredModel,
  report: ReportInProgress,
): void {
  const isOurs = entry?.model.tags.some(({ key }) => key === IMPORT_TAG) === true;
  const known = new Set(entry?.model.versions.map(({ version }) => version));
  const missing = planned.versions.map(({ version }) => version).filter((one) => !known.has(one));
  if (isOurs && missing.length === 0) return;
  report.problems.push({
    severity: 'left-out',
    place: planned.place,
    message: isOurs
      ? `The registered model was brought in before and is left as it is; what is new in MLflow was not added (version ${missing.join(', ')}).`
      : 'The store has a registered model of this name of its own, which is left as it is.',
  });
}

async function planCommits(
  store: Store,
  by: Actor,
  planned: PlannedRegisteredModel,
): Promise<RegistryCommitDraft[]> {
  const nowMs = Date.now();
  const tag = (key: string, value: string): RegistryTag => ({
    key,
    value,
    evidence: { by, atMs: nowMs },
  });
  const commits: RegistryCommitDraft[] = [
    {
      by,
      atMs: planned.creationTimeMs,
      changes: [{ kind: 'model-created', description: planned.description }],
    },
  ];
  for (const version of inOrder(planned)) {
    if ('deletedTimeMs' in version) {
      commits.push({ by, atMs: version.deletedTimeMs, changes: tombstone(version) });
      continue;
    }
    commits.push({
      by: version.userName === '' ? by : { name: version.userName, authenticated: false },
      atMs: version.creationTimeMs,
      changes: [await versionCreated(store, version)],
    });
    commits.push({
      by,
      atMs: version.lastUpdateTimeMs,
      changes: [
        ...Object.entries(version.tags).map(
          ([key, value]): RegistryChange => ({
            kind: 'version-tag-set',
            version: version.version,
            tag: tag(key, value),
          }),
        ),
        ...version.aliases.map(
          (alias): RegistryChange => ({
            kind: 'alias-set',
            alias,
            version: version.version,
          }),
        ),
        ...stageChanges(version),
        // Says when the version was last changed, also when nothing else is left to say.
        { kind: 'version-updated', version: version.version, description: version.description },
      ],
    });
  }
  commits.push({
    by,
    atMs: planned.lastUpdateTimeMs,
    changes: Object.entries(planned.tags).map(
      ([key, value]): RegistryChange => ({
        kind: 'model-tag-set',
        tag: tag(key, value),
      }),
    ),
  });
  return commits.map((commit, index) => {
    const isLast = index === commits.length - 1;
    const value = isLast ? 'mlruns' : `mlruns, under way: ${index + 1} of ${commits.length}`;
    const mark: RegistryChange = { kind: 'model-tag-set', tag: tag(IMPORT_TAG, value) };
    return { ...commit, changes: [...commit.changes, mark] };
  });
}

function inOrder({
  versions,
  deletedVersions,
}: PlannedRegisteredModel): (PlannedVersion | PlannedTombstone)[] {
  return [...versions, ...deletedVersions].sort((a, b) => a.version - b.version);
}

/** The number is given and taken back, so that no later version gets it. MLflow has redacted the rest. */
function tombstone({ version }: PlannedTombstone): RegistryChange[] {
  return [
    { kind: 'version-created', version, source: DELETED_SOURCE, description: '' },
    { kind: 'version-deleted', version },
  ];
}

function stageChanges({ version, stage }: PlannedVersion): RegistryChange[] {
  if (stage === 'None') return [];
  return [{ kind: 'stage-set', version, from: 'None', to: stage, cause: 'direct' }];
}

/** The version with digests that pin what came over, as if it were registered now. */
async function versionCreated(store: Store, planned: PlannedVersion): Promise<RegistryChange> {
  const { version, source, description, runId, modelId, runLink, status, statusMessage } = planned;
  const files = await filesOf(store, planned);
  const [run] = runId === undefined ? [] : await store.runs({ runIds: [runId] });
  return {
    kind: 'version-created',
    version,
    source,
    description,
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
    ...(runLink === undefined ? {} : { runLink }),
    ...(status === 'READY' ? {} : { status }),
    ...(statusMessage === undefined ? {} : { statusMessage }),
    ...(files === undefined || files.length === 0
      ? {}
      : { artifactsDigest: artifactsDigest(files) }),
    ...(run === undefined ? {} : { runState: await store.runStateDigest(run.runId) }),
  };
}

async function filesOf(
  store: Store,
  { modelId, runArtifacts }: PlannedVersion,
): Promise<readonly ArtifactFile[] | undefined> {
  if (modelId !== undefined)
    return (await store.loggedModels({ modelIds: [modelId] }))[0]?.artifacts;
  if (runArtifacts === undefined) return undefined;
  const [run] = await store.runs({ runIds: [runArtifacts.runId] });
  const prefix = `${runArtifacts.path}/`;
  return run?.artifacts
    .filter(({ path }) => path.startsWith(prefix))
    .map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}
