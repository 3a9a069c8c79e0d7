import { openModel } from '@tidemark/client';
import {
  type ArtifactEntry,
  type ArtifactFile,
  type ArtifactOwner,
  assertArtifactPath,
  findRun,
  folderOfArtifact,
  isTidemarkError,
  listArtifacts,
  type Run,
  type Store,
  TidemarkError,
} from '@tidemark/core';

/** The artifacts that a user named. */
export interface ArtifactPlace {
  readonly owner: ArtifactOwner;
  /** The id of the run or the model. */
  readonly id: string;
  /** The recorded artifacts with size and digest. Empty if the store has no records. */
  readonly recorded: readonly ArtifactFile[];
  /** The path below its artifact folder. Absent for all artifacts. */
  readonly path?: string;
}

const RUN_ADDRESS = /^runs:\/([^/]+)(?:\/(.+?))?\/?$/;

/**
 * Finds the artifacts that a user named: those of a run, of a logged model, or behind an address. A `runs:/`
 * address may continue with the path of a file, or with the name of a model that the run logged.
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, MODEL_NOT_FOUND, MODEL_URI_INVALID, DIGEST_MISMATCH,
 * ARTIFACT_PATH_UNSAFE
 */
export async function findArtifactPlace(
  store: Store,
  said: string,
  path: string | undefined,
): Promise<ArtifactPlace> {
  const inside = path === undefined || path === '' ? undefined : path.replace(/\/$/, '');
  if (/^models:\//.test(said)) return placeOfModel(store, said, inside);
  if (/^m-[0-9a-f]{32}$/.test(said)) return placeOfModel(store, `models:/${said}`, inside);
  const [, ofRun, first] = RUN_ADDRESS.exec(said) ?? [];
  const run = await findRun(store, ofRun ?? said);
  const place = placeOfRun(run, joined(first, inside));
  if (first === undefined || (await isThere(store, place))) return place;
  try {
    return await placeOfModel(store, `runs:/${run.runId}/${first}`, inside);
  } catch (error) {
    if (isTidemarkError(error, 'LOGGED_MODEL_NOT_FOUND')) return place;
    throw error;
  }
}

/** Returns the file or the folder at a path. Without a path it is the root folder. @throws ARTIFACT_NOT_FOUND */
export async function entryAt(store: Store, place: ArtifactPlace): Promise<ArtifactEntry> {
  const { owner, path } = place;
  if (path === undefined) return { path: '', isFolder: true };
  const found = (await entriesOf(store, owner, folderOfArtifact(path))).find(
    (entry) => entry.path === path,
  );
  if (found !== undefined) return found;
  throw new TidemarkError(
    'ARTIFACT_NOT_FOUND',
    `${place.id} has no file or folder ${JSON.stringify(path)}. List its files with: tidemark artifacts list ${place.id} -r`,
    { details: { id: place.id, path } },
  );
}

/** Returns all files below a folder. The files of a folder come before those of its subfolders. */
export async function filesBelow(
  store: Store,
  owner: ArtifactOwner,
  folder?: string,
): Promise<ArtifactEntry[]> {
  const entries = await entriesOf(store, owner, folder);
  const files = entries.filter(({ isFolder }) => !isFolder);
  for (const { isFolder, path } of entries) {
    if (isFolder) files.push(...(await filesBelow(store, owner, path)));
  }
  return files;
}

/** Returns the entries of one folder. It does not trust a server that answers other paths. */
export async function entriesOf(
  store: Store,
  owner: ArtifactOwner,
  folder?: string,
): Promise<ArtifactEntry[]> {
  const entries = await listArtifacts(store, owner, folder);
  const prefix = folder === undefined ? '' : `${folder}/`;
  for (const { path } of entries) {
    assertArtifactPath(path);
    if (path.startsWith(prefix) && !path.slice(prefix.length).includes('/')) continue;
    throw new TidemarkError(
      'ARTIFACT_PATH_UNSAFE',
      `The listing of ${JSON.stringify(folder ?? '')} names ${JSON.stringify(path)}, which is not in that folder. Do not trust ${store.uri}.`,
      { details: { folder, path } },
    );
  }
  return entries;
}

async function isThere(store: Store, place: ArtifactPlace): Promise<boolean> {
  try {
    await entryAt(store, place);
    return true;
  } catch (error) {
    if (isTidemarkError(error, 'ARTIFACT_NOT_FOUND')) return false;
    throw error;
  }
}

function placeOfRun({ artifacts, experimentId, runId }: Run, path?: string): ArtifactPlace {
  const owner: ArtifactOwner = { kind: 'run', experimentId, runId };
  return { owner, id: runId, recorded: artifacts, ...at(path) };
}

async function placeOfModel(store: Store, uri: string, path?: string): Promise<ArtifactPlace> {
  const { owner, folder, files } = await openModel(uri, { store });
  const recorded =
    folder === '' ? files : files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
  const id = owner.kind === 'model' ? owner.modelId : owner.runId;
  return { owner, id, recorded, ...at(joined(folder === '' ? undefined : folder, path)) };
}

function at(path: string | undefined): { path?: string } {
  return path === undefined ? {} : { path: assertArtifactPath(path) };
}

function joined(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || second === undefined ? (first ?? second) : `${first}/${second}`;
}
