import type { ArtifactFile } from '../model/artifact.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { type VersionPlace, versionPlace } from '../registry/version-place.ts';

/** A version of a registered model, by name and number. */
export interface VersionName {
  readonly model: string;
  readonly version: number;
}

/** The versions that refer to each run, logged model and artifact. */
export interface VersionReferences {
  readonly runs: ReadonlyMap<RunId, readonly VersionName[]>;
  readonly loggedModels: ReadonlyMap<LoggedModelId, readonly VersionName[]>;
  /**
   * By `contentKey`: the files of a run that a version was created from, and the files whose content a version's
   * files refer to instead of having their own.
   */
  readonly contents: ReadonlyMap<string, readonly VersionName[]>;
}

/** Returns the key of one artifact in `VersionReferences.contents`. */
export function contentKey(ownerId: RunId | LoggedModelId, path: string): string {
  return `${ownerId}/${path}`;
}

/**
 * Returns everything that the versions of all registered models need: a version's logged model and run, the run of
 * the logged model, the files of a run that the source names, and the artifacts that have the content of its files.
 */
export async function versionReferences(store: Store): Promise<VersionReferences> {
  assertArguments({ store }, 'versionReferences', { store: 'store' });
  const runs = new Map<RunId, VersionName[]>();
  const loggedModels = new Map<LoggedModelId, VersionName[]>();
  const contents = new Map<string, VersionName[]>();
  const runFolders = new Map<RunId, { path: string; name: VersionName }[]>();
  for (const { model } of await store.registry.list()) {
    for (const version of model.versions) {
      const name = { model: model.name, version: version.version };
      const place = await versionPlace(store, version);
      for (const id of modelsOf(version, place)) add(loggedModels, id, name);
      for (const id of runsOf(version, place)) add(runs, id, name);
      if (place?.kind === 'run') {
        const { runId, path } = place;
        runFolders.set(runId, [...(runFolders.get(runId) ?? []), { path, name }]);
      }
    }
  }
  const addContent = ({ sameAs }: ArtifactFile, name: VersionName): void => {
    if (sameAs === undefined) return;
    const { owner, path } = sameAs;
    if ('run' in owner) add(runs, owner.run, name);
    else add(loggedModels, owner.model, name);
    add(contents, contentKey('run' in owner ? owner.run : owner.model, path), name);
  };
  for (const { runId, artifacts } of await store.runs({ runIds: [...runFolders.keys()] })) {
    for (const { path, name } of runFolders.get(runId) ?? []) {
      for (const file of artifacts.filter((candidate) => isAtOrBelow(candidate.path, path))) {
        add(contents, contentKey(runId, file.path), name);
        addContent(file, name);
      }
    }
  }
  for (const model of await store.loggedModels({ modelIds: [...loggedModels.keys()] })) {
    for (const name of loggedModels.get(model.modelId) ?? []) {
      if (model.sourceRunId !== undefined) add(runs, model.sourceRunId, name);
      for (const file of model.artifacts) addContent(file, name);
    }
  }
  return { runs, loggedModels, contents };
}

/** Whether an artifact path equals `root` or is below it. Every path is below the empty path. */
export function isAtOrBelow(path: string, root: string): boolean {
  return root === '' || path === root || path.startsWith(`${root}/`);
}

function runsOf(version: ModelVersion, place: VersionPlace | undefined): RunId[] {
  return present([version.runId, place?.kind === 'run' ? place.runId : undefined]);
}

function modelsOf(version: ModelVersion, place: VersionPlace | undefined): LoggedModelId[] {
  return present([version.modelId, place?.kind === 'model' ? place.modelId : undefined]);
}

function present<Id>(ids: readonly (Id | undefined)[]): Id[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function add<Id>(map: Map<Id, VersionName[]>, id: Id, name: VersionName): void {
  const known = map.get(id) ?? [];
  const isKnown = known.some((k) => k.model === name.model && k.version === name.version);
  if (!isKnown) map.set(id, [...known, name]);
}
