import {
  type Actor,
  artifactsDigest,
  type BroughtIn,
  type PlainChange,
  type RegistryChange,
  type RegistryEntry,
  type RegistryTag,
  type Store,
  versionFiles,
} from '@tidemark/core';
import type { ReportInProgress } from './import-report.ts';
import type { PlannedRegisteredModel, PlannedTombstone, PlannedVersion } from './mlruns-plan.ts';

/** The tag of an imported registered model. */
const IMPORT_TAG = 'tidemark.import';
/** The source of a version that MLflow has deleted: MLflow no longer says where its files were. */
const DELETED_SOURCE = 'tidemark:deleted';

/** Target, author and progress of the import. */
export interface RegistryImport {
  readonly store: Store;
  readonly by: Actor;
  readonly report: ReportInProgress;
}

/**
 * Imports a registered model in one commit. The commit has its creation, two changes for each version (creation, last
 * change), one for each deleted version, and its last change, with the authors and times that MLflow recorded.
 * @throws WRITE_FAILED; REGISTRY_CONFLICT when another process changes the model at the same time
 */
export async function importRegisteredModel(
  { store, by, report }: RegistryImport,
  planned: PlannedRegisteredModel,
): Promise<void> {
  const entry = await store.registry.read(planned.name);
  if (entry !== undefined) {
    report.alreadyThere.registeredModels += 1;
    noteDifferences(entry, planned, report);
    return;
  }
  report.imported.registeredModels += 1;
  report.imported.modelVersions += planned.versions.length;
  if (report.dryRun) return;
  const changes = await planChanges(store, by, planned);
  await store.registry.commit(planned.name, undefined, { by, atMs: Date.now(), changes });
}

function noteDifferences(
  entry: RegistryEntry,
  planned: PlannedRegisteredModel,
  report: ReportInProgress,
): void {
  const isOurs = entry.model.tags.some(({ key }) => key === IMPORT_TAG);
  const known = new Set(entry.model.versions.map(({ version }) => version));
  const missing = planned.versions.map(({ version }) => version).filter((one) => !known.has(one));
  if (isOurs && missing.length === 0) return;
  report.problems.push({
    severity: 'left-out',
    place: planned.place,
    message: isOurs
      ? `The registered model was imported before and stays as it is. What is new in MLflow was not added (version ${missing.join(', ')}).`
      : 'The store already has another registered model of this name, which stays as it is.',
  });
}

async function planChanges(
  store: Store,
  by: Actor,
  planned: PlannedRegisteredModel,
): Promise<RegistryChange[]> {
  const nowMs = Date.now();
  const tag = (key: string, value: string): RegistryTag => ({
    key,
    value,
    evidence: { by, atMs: nowMs },
  });
  const changes: BroughtIn[] = [
    {
      kind: 'brought-in',
      by,
      atMs: planned.creationTimeMs,
      changes: [{ kind: 'model-created', description: planned.description }],
    },
  ];
  for (const version of inOrder(planned)) {
    if ('deletedTimeMs' in version) {
      changes.push({
        kind: 'brought-in',
        by,
        atMs: version.deletedTimeMs,
        changes: tombstone(version),
      });
      continue;
    }
    changes.push({
      kind: 'brought-in',
      by: version.userName === '' ? by : { name: version.userName, authenticated: false },
      atMs: version.creationTimeMs,
      changes: [await versionCreated(store, version)],
    });
    changes.push({
      kind: 'brought-in',
      by,
      atMs: version.lastUpdateTimeMs,
      changes: [
        ...Object.entries(version.tags).map(
          ([key, value]): PlainChange => ({
            kind: 'version-tag-set',
            version: version.version,
            tag: tag(key, value),
          }),
        ),
        ...version.aliases.map(
          (alias): PlainChange => ({
            kind: 'alias-set',
            alias,
            version: version.version,
          }),
        ),
        ...stageChanges(version),
        // Sets the time of the last change of the version, even if there is nothing else to set.
        { kind: 'version-updated', version: version.version, description: version.description },
      ],
    });
  }
  changes.push({
    kind: 'brought-in',
    by,
    atMs: planned.lastUpdateTimeMs,
    changes: [
      ...Object.entries(planned.tags).map(
        ([key, value]): PlainChange => ({ kind: 'model-tag-set', tag: tag(key, value) }),
      ),
      { kind: 'model-tag-set', tag: tag(IMPORT_TAG, 'mlruns') },
      // Sets the time of the last change of the model, which setting a tag does not.
      { kind: 'model-updated', description: planned.description },
    ],
  });
  return changes;
}

function inOrder({
  versions,
  deletedVersions,
}: PlannedRegisteredModel): (PlannedVersion | PlannedTombstone)[] {
  return [...versions, ...deletedVersions].sort((a, b) => a.version - b.version);
}

/**
 * Returns changes that create and delete the version, so that no later version gets its number. MLflow has erased
 * the rest.
 */
function tombstone({ version }: PlannedTombstone): PlainChange[] {
  return [
    { kind: 'version-created', version, source: DELETED_SOURCE, description: '' },
    { kind: 'version-deleted', version },
  ];
}

function stageChanges({ version, stage }: PlannedVersion): PlainChange[] {
  if (stage === 'None') return [];
  return [{ kind: 'stage-set', version, from: 'None', to: stage, cause: 'direct' }];
}

/** Returns the version with digests of the imported data, as if it were registered now. */
async function versionCreated(store: Store, planned: PlannedVersion): Promise<PlainChange> {
  const { version, source, description, runId, modelId, runLink, status, statusMessage } = planned;
  const { storageLocation } = planned;
  const found = await versionFiles(store, planned);
  const [run] = runId === undefined ? [] : await store.runs({ runIds: [runId] });
  return {
    kind: 'version-created',
    version,
    source,
    description,
    ...(storageLocation === undefined ? {} : { storageLocation }),
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
    ...(runLink === undefined ? {} : { runLink }),
    ...(status === 'READY' ? {} : { status }),
    ...(statusMessage === undefined ? {} : { statusMessage }),
    ...(found === undefined || found.files.length === 0
      ? {}
      : { artifactsDigest: artifactsDigest(found.files) }),
    ...(run === undefined ? {} : { runState: await store.runStateDigest(run.runId) }),
  };
}
